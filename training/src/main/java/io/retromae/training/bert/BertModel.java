package io.retromae.training.bert;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.retromae.core.failure.ConfigException;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.libtorch.InPlaceHostMemory;
import io.retromae.training.libtorch.MirroredHostMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A BERT encoder, with what an objective adds to it, on one device: the flat parameter vector and
 * the compiled script. Owns the native memory of both. One thread at a time; several models in one
 * process do not share anything. An objective extends it by methods that call its own part of the
 * script.
 */
public class BertModel implements AutoCloseable {
  /** Models on a GPU in this process: fused attention seeds generators that all would share. */
  private static final AtomicInteger ON_GPU = new AtomicInteger();

  private final BertShape shape;
  private final ParameterLayout layout;
  private final DataType dataType;
  private final Compute compute;
  private final Model module;
  private final NDManager manager;
  private final NDManager host;
  private final FlatVector parameters;
  private final List<NDArray> parameterViews = new ArrayList<>();

  /**
   * A model whose parameters are all zero; fill {@link #parameters}.
   *
   * @param dataType FLOAT32 for training; FLOAT64 to compare with recorded numbers
   * @throws ConfigException if this process has a model on a GPU already
   */
  protected BertModel(
      BertShape shape, ParameterLayout layout, Script script, DataType dataType, Compute compute) {
    if (compute.device().isGpu() && ON_GPU.incrementAndGet() > 1) {
      ON_GPU.decrementAndGet();
      throw new ConfigException(
          "two models of one process compute on GPUs, of two tasks or of one; give each GPU an"
              + " executor of its own, and each executor one model at a time:"
              + " spark.executor.resource.gpu.amount=1 and spark.executor.cores = spark.task.cpus");
    }
    this.shape = shape;
    this.layout = layout;
    this.dataType = dataType;
    this.compute = compute;
    this.module = loaded(script, compute.device());
    this.manager = module.getNDManager().newSubManager(compute.device());
    this.host = module.getNDManager().newSubManager(Device.cpu());
    try {
      this.parameters = newVector();
      for (ParameterLayout.Parameter parameter : layout.views()) {
        NDArray view = slice(parameters.array(), parameter);
        view.setName("p." + parameter.name());
        parameterViews.add(view);
      }
    } catch (RuntimeException | Error e) { // not enough memory: the next attempt may have it
      close();
      throw e;
    }
  }

  private static Model loaded(Script script, Device device) {
    try {
      return script.load(device);
    } catch (RuntimeException | Error e) {
      if (device.isGpu()) {
        ON_GPU.decrementAndGet();
      }
      throw e;
    }
  }

  /** An encoder without its MLM head, float32: makes vectors and no losses. */
  public static BertModel withoutHead(BertShape shape, Compute compute) {
    return new BertModel(
        shape,
        ParameterLayout.withoutHead(shape),
        Script.encoder(shape, compute),
        DataType.FLOAT32,
        compute);
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

  /** Whether every row of a batch takes the memory of its longest. */
  public boolean pads() {
    return compute.fusedAttention();
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
    NDArray zeros = manager.zeros(new Shape(to - from), dataType);
    return new FlatVector(zeros, from, layout.groups(), hostMemory());
  }

  private Supplier<FlatVector.HostMemory> hostMemory() {
    return compute.device().isGpu()
        ? () -> new MirroredHostMemory(this::hostLike, this::copy)
        : InPlaceHostMemory::new;
  }

  /**
   * Zeros on the model's device, in its type, that are no parameters: what an objective exchanges.
   *
   * @param scope to which they belong
   */
  protected FlatVector zeros(NDManager scope, long size) {
    NDArray zeros = manager.zeros(new Shape(size), dataType);
    zeros.attach(scope);
    return new FlatVector(zeros, 0, List.of(), hostMemory());
  }

  private NDArray hostLike(NDArray array) {
    return call(manager, "host_like", new NDList(named("x", array))).get(0);
  }

  private void copy(NDArray into, NDArray from) {
    try (NDManager scope = host.newSubManager()) {
      call(scope, "copy", new NDList(named("a", into), named("b", from)));
    }
  }

  /** A micro-batch that has no arrays yet, on the host; the caller fills and closes it. */
  protected BatchTensors newBatch() {
    return new BatchTensors(host);
  }

  /** Copies a filled micro-batch to the model's device, if it is another one than the host. */
  protected void toDevice(BatchTensors tensors) {
    if (compute.device().isGpu()) {
      upload(tensors);
    }
  }

  /** Copies token ids into native memory for {@link #embeddings}; the caller closes them. */
  public BatchTensors tensors(TokenRows rows) {
    BatchTensors tensors = newBatch();
    tensors.add(rows);
    toDevice(tensors);
    return tensors;
  }

  /**
   * Sentence embeddings: the last hidden state at [CLS], without dropout, not normalised.
   *
   * @return [B][D]
   */
  public float[][] embeddings(BatchTensors batch) {
    return rows(call(batch.manager(), "embeddings", arguments(batch)).get(0));
  }

  /**
   * The same for any pooling, of rows of any lengths in one batch.
   *
   * @param rows token ids of each, [CLS] and [SEP] in
   * @return [B][D]
   */
  public float[][] pooled(List<int[]> rows, Pooling pooling) {
    long[] first = rows.stream().mapToLong(row -> pooling.first(row.length)).toArray();
    long[] end = rows.stream().mapToLong(row -> pooling.end(row.length)).toArray();
    try (BatchTensors tensors = tensors(TokenRows.padded(rows, shape.padTokenId()))) {
      return meanEmbeddings(tensors, first, end);
    }
  }

  /** Means of the last hidden states of each row's tokens from {@code first} [B] to {@code end}. */
  private float[][] meanEmbeddings(BatchTensors batch, long[] first, long[] end) {
    NDList arguments = arguments(batch);
    arguments.add(named("b.first", batch.manager().create(first)));
    arguments.add(named("b.end", batch.manager().create(end)));
    return rows(call(batch.manager(), "mean_embeddings", arguments).get(0));
  }

  private static float[][] rows(NDArray matrix) {
    float[] flat = matrix.toType(DataType.FLOAT32, false).toFloatArray();
    int width = Math.toIntExact(matrix.getShape().get(1));
    float[][] rows = new float[flat.length / width][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }

  /** Copies all arrays but the lengths, which the script reads on the host. */
  public void upload(BatchTensors tensors) {
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
   * Which values of one place that drops stay, 1 or 0, for its tests.
   *
   * @param at [site, first row, rows, columns]
   */
  public float[] kept(long dropoutSeed, long[] at, double rate) {
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

  /** The parameters and a micro-batch, as the script's methods take them. */
  protected NDList arguments(BatchTensors batch) {
    NDList arguments = new NDList(parameterViews.size() + 12);
    arguments.addAll(parameterViews);
    arguments.addAll(batch.arrays());
    return arguments;
  }

  /**
   * Calls a method of the script.
   *
   * @param scope a manager on the host, to which the results belong
   * @param method one that trains must be called {@code gradients}: on a GPU its fused attention
   *     asks autograd
   */
  protected NDList call(NDManager scope, String method, NDList arguments) {
    // Outside training DJL runs in inference mode, in which fused attention could not ask autograd
    // for its gradients.
    boolean training = compute.fusedAttention() && method.equals("gradients");
    return Script.call(module, scope, method, arguments, training);
  }

  /** Arrays that this model owns now, vectors and their views. */
  public int liveArrays() {
    return manager.getManagedArrays().size() + host.getManagedArrays().size();
  }

  /** Gives an argument the name that the script's method has for it. */
  protected static NDArray named(String name, NDArray array) {
    return Script.named(name, array);
  }

  /** An array's values as float64. */
  protected static double[] doubles(NDArray array) {
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
