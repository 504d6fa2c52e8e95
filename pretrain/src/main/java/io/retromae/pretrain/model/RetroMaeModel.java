package io.retromae.pretrain.model;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.retromae.core.failure.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * RetroMAE on one device: the flat parameter vector and the compiled script. Owns the native memory
 * of both. One thread at a time; several models in one process do not share anything.
 */
public final class RetroMaeModel implements AutoCloseable {
  /** Models on a GPU in this process: fused attention seeds generators that all would share. */
  private static final AtomicInteger ON_GPU = new AtomicInteger();

  /** No dropout. */
  public static final long NO_DROPOUT = -1;

  private final BertShape shape;
  private final ParameterLayout layout;
  private final DataType dataType;
  private final Compute compute;
  private final Model module;
  private final NDManager manager;
  private final NDManager host;
  private final FlatVector parameters;
  private final List<NDArray> parameterViews = new ArrayList<>();

  private RetroMaeModel(BertShape shape, Objective objective, DataType dataType, Compute compute) {
    this.shape = shape;
    this.layout = ParameterLayout.of(shape);
    this.dataType = dataType;
    this.compute = compute;
    this.module = load(shape, objective, compute);
    this.manager = module.getNDManager().newSubManager(compute.device());
    this.host = module.getNDManager().newSubManager(Device.cpu());
    this.parameters = newVector();
    for (ParameterLayout.Parameter parameter : layout.views()) {
      NDArray view = slice(parameters.array(), parameter);
      view.setName("p." + parameter.name());
      parameterViews.add(view);
    }
  }

  /**
   * A model whose parameters are all zero; fill {@link #parameters}.
   *
   * @param dataType FLOAT32 for training; FLOAT64 to compare with recorded numbers
   */
  public static RetroMaeModel create(BertShape shape, Objective objective, DataType dataType) {
    return create(shape, objective, dataType, Compute.CPU);
  }

  /**
   * A model whose parameters are all zero, on a device of choice.
   *
   * @throws ConfigException if this process has a model on a GPU already
   */
  public static RetroMaeModel create(
      BertShape shape, Objective objective, DataType dataType, Compute compute) {
    if (compute.device().isGpu() && ON_GPU.incrementAndGet() > 1) {
      ON_GPU.decrementAndGet();
      throw new ConfigException(
          "two tasks of one executor compute on GPUs; give each GPU an executor of its own:"
              + " spark.executor.resource.gpu.amount=1 and spark.executor.cores = spark.task.cpus");
    }
    return new RetroMaeModel(shape, objective, dataType, compute);
  }

  private static Model load(BertShape shape, Objective objective, Compute compute) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("raw_query", objective.query() == Objective.DecoderQuery.RAW);
    attributes.put("bow_loss_weight", objective.bowLossWeight());
    return Script.encoder(shape, compute)
        .with("RetroMae", "/io/retromae/pretrain/model/retromae.py", attributes)
        .load(compute.device());
  }

  private static NDArray slice(NDArray flat, ParameterLayout.Parameter parameter) {
    NDIndex range = new NDIndex(parameter.offset() + ":" + (parameter.offset() + parameter.size()));
    return flat.get(range).reshape(new Shape(parameter.shape()));
  }

  /** The model's sizes. */
  public BertShape shape() {
    return shape;
  }

  /** Where each parameter lies. */
  public ParameterLayout layout() {
    return layout;
  }

  /** The type of parameters and gradients. */
  public DataType dataType() {
    return dataType;
  }

  /** All parameters, live. */
  public FlatVector parameters() {
    return parameters;
  }

  /** A vector of the parameters' size and layout, all zero, owned by this model. */
  public FlatVector newVector() {
    return newVector(0, layout.size());
  }

  /**
   * A part of such a vector, which has no room for the rest.
   *
   * @param from first value
   * @param to behind the last value
   */
  public FlatVector newVector(long from, long to) {
    Supplier<FlatVector.HostMemory> memory =
        compute.device().isGpu()
            ? () -> new MirroredMemory(this::hostLike, this::copy)
            : DirectMemory::new;
    NDArray zeros = manager.zeros(new Shape(to - from), dataType);
    return new FlatVector(zeros, from, layout.decayedSize(), memory);
  }

  private NDArray hostLike(NDArray array) {
    return call(manager, "host_like", new NDList(named("x", array))).get(0);
  }

  private void copy(NDArray into, NDArray from) {
    try (NDManager scope = host.newSubManager()) {
      call(scope, "copy", new NDList(named("a", into), named("b", from)));
    }
  }

  /** Copies a micro-batch into native memory, on a GPU its own; the caller closes it. */
  public BatchTensors tensors(BatchArrays batch) {
    BatchTensors tensors = BatchTensors.of(host, batch);
    if (compute.device().isGpu()) {
      upload(tensors);
    }
    return tensors;
  }

  /** Copies all arrays but the lengths, which the script reads on the host. */
  void upload(BatchTensors tensors) {
    NDList moved = tensors.readOnDevice();
    List<String> names = moved.stream().map(NDArray::getName).toList();
    NDList arguments = new NDList();
    moved.forEach(array -> arguments.add(named("batch[]", array)));
    arguments.add(named("like", parameters.array()));
    NDList copies = call(tensors.manager(), "upload", arguments);
    for (int i = 0; i < names.size(); i++) {
      moved.get(i).setName(names.get(i));
      copies.get(i).setName(names.get(i));
    }
    tensors.replace(copies);
  }

  /**
   * Forward and backward of one micro-batch.
   *
   * @param gradients receives d total / d parameter; what it held is overwritten
   * @param dropoutSeed what dropout draws from, not negative; or {@link #NO_DROPOUT}
   * @param scale factors of the terms in the total
   * @return the means over this micro-batch, not scaled; only the total is
   */
  public Losses gradients(
      BatchTensors batch, FlatVector gradients, long dropoutSeed, LossScale scale) {
    NDList arguments = arguments(batch);
    arguments.add(named("flat", gradients.array()));
    arguments.add(named("seed", batch.manager().create(dropoutSeed)));
    double[] factors = {scale.encoder(), scale.decoder(), scale.bow()};
    arguments.add(named("scale", batch.manager().create(factors)));
    double[] losses = doubles(call(batch.manager(), "gradients", arguments).get(0));
    return new Losses(losses[0], losses[1], losses[2], losses[3]);
  }

  /** Losses and hits of one batch without dropout, as sums that may be added over batches. */
  public Evaluation evaluate(BatchTensors batch) {
    double[] sums = doubles(call(batch.manager(), "evaluate", arguments(batch)).get(0));
    return new Evaluation(
        sums[0],
        (long) sums[1],
        (long) sums[2],
        sums[3],
        (long) sums[4],
        (long) sums[5],
        sums[6],
        (long) sums[7]);
  }

  /**
   * Sentence embeddings: the last hidden state at [CLS], without dropout.
   *
   * @return [B][D]
   */
  public float[][] embeddings(BatchTensors batch) {
    NDArray rows = call(batch.manager(), "embeddings", arguments(batch)).get(0);
    float[] flat = rows.toType(DataType.FLOAT32, false).toFloatArray();
    int width = shape.hiddenSize();
    float[][] embeddings = new float[flat.length / width][];
    for (int i = 0; i < embeddings.length; i++) {
      embeddings[i] = java.util.Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return embeddings;
  }

  /** H, Q, K, decoder output [B, L, D] and pooled scores [B, V] without dropout, for tests. */
  List<NDArray> inspect(BatchTensors batch) {
    return inspect(batch, NO_DROPOUT);
  }

  /** The same under the dropout of a seed. */
  List<NDArray> inspect(BatchTensors batch, long dropoutSeed) {
    NDList arguments = arguments(batch);
    arguments.add(named("seed", batch.manager().create(dropoutSeed)));
    return call(batch.manager(), "inspect", arguments);
  }

  /**
   * Which values of one place that drops stay, 1 or 0, for its tests.
   *
   * @param at [site, first row, rows, columns]
   */
  float[] kept(long dropoutSeed, long[] at, double rate) {
    try (NDManager scope = manager.newSubManager()) {
      NDList arguments = new NDList(named("like", parameters.array()));
      arguments.add(named("seed", scope.create(dropoutSeed)));
      arguments.add(named("at", scope.create(at)));
      arguments.add(named("rate", scope.create(rate)));
      return call(scope, "kept", arguments).get(0).toType(DataType.FLOAT32, false).toFloatArray();
    }
  }

  /** Adds {@code other} to {@code target}, element by element. */
  public void add(FlatVector target, FlatVector other) {
    try (NDManager scope = host.newSubManager()) {
      NDList arguments = new NDList(named("a", target.array()), named("b", other.array()));
      call(scope, "add", arguments);
    }
  }

  /**
   * The L2 norm of each block of a vector, or of a part of one that begins with a block. A block's
   * norm has the same bits however the vector is cut and however many threads compute.
   *
   * @param blockSize values of a block; the last may have fewer
   */
  public double[] norms(FlatVector vector, long blockSize) {
    if (vector.size() == 0) {
      return new double[0];
    }
    try (NDManager scope = host.newSubManager()) {
      NDList arguments = new NDList(named("g", vector.array()));
      arguments.add(named("block", scope.create(blockSize)));
      return doubles(call(scope, "norms", arguments).get(0));
    }
  }

  /**
   * One AdamW step in place: scales and clips {@code gradients}, then updates the parameters and
   * both moments. Values have the same bits whether the whole vector is updated or its parts are.
   *
   * @param gradNorm the global L2 norm of the scaled gradients before clipping, finite
   * @param gradients of all parameters or of a part
   * @param first first moments of the same part
   * @param second second moments of the same part
   */
  public void update(
      AdamWStep step, double gradNorm, FlatVector gradients, FlatVector first, FlatVector second) {
    if (gradients.size() == 0) {
      return;
    }
    FlatVector own = parameters.part(gradients.from(), gradients.to());
    try (NDManager scope = host.newSubManager()) {
      scaleAndClip(scope, step, gradients, gradNorm);
      for (int group = 0; group < own.groups().size(); group++) {
        int i = group;
        List<NDArray> slices =
            Stream.of(own, gradients, first, second).map(v -> v.groups().get(i)).toList();
        double weightDecay = own.decays(i) ? step.weightDecay() : 0;
        adamw(scope, slices, scope.create(hyper(step, weightDecay)));
      }
    }
  }

  /** Scales, and clips by min(1, max / (norm + 1e-6)) as PyTorch does, in one pass over memory. */
  private void scaleAndClip(
      NDManager scope, AdamWStep step, FlatVector gradients, double gradNorm) {
    double factor = step.gradientScale() * Math.min(1, step.maxGradNorm() / (gradNorm + 1e-6));
    if (factor != 1) {
      NDArray scale = scope.create(factor);
      call(scope, "scale", new NDList(named("g", gradients.array()), named("factor", scale)));
    }
  }

  private void adamw(NDManager scope, List<NDArray> slices, NDArray hyper) {
    NDList arguments = new NDList();
    List<String> names = List.of("w[]", "g[]", "m[]", "v[]");
    for (int i = 0; i < names.size(); i++) {
      arguments.add(named(names.get(i), slices.get(i)));
    }
    arguments.add(named("hyper", hyper));
    call(scope, "adamw", arguments);
  }

  private static double[] hyper(AdamWStep step, double weightDecay) {
    return new double[] {
      step.learningRate(), step.beta1(), step.beta2(), step.epsilon(), weightDecay, step.number()
    };
  }

  private NDList arguments(BatchTensors batch) {
    NDList arguments = new NDList(parameterViews.size() + 12);
    arguments.addAll(parameterViews);
    arguments.addAll(batch.arrays());
    return arguments;
  }

  /** Calls a method of the script; its results belong to {@code scope}, a manager on the host. */
  private NDList call(NDManager scope, String method, NDList arguments) {
    Block block = module.getBlock();
    arguments.add(named("module_method:" + method, scope.create(0f)));
    // Outside training DJL runs in inference mode, in which fused attention could not ask autograd
    // for its gradients.
    boolean training = compute.fusedAttention() && method.equals("gradients");
    NDList results = block.forward(new ParameterStore(scope, false), arguments, training);
    results.attach(scope);
    return results;
  }

  /** Arrays that this model owns now, vectors and their views. */
  int liveArrays() {
    return manager.getManagedArrays().size() + host.getManagedArrays().size();
  }

  private static NDArray named(String name, NDArray array) {
    array.setName(name);
    return array;
  }

  private static double[] doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  @Override
  public void close() {
    if (compute.device().isGpu()) {
      ON_GPU.decrementAndGet();
    }
    manager.close();
    host.close();
    module.close();
  }
}
