package io.retromae.embed.encoder;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.Pooling;
import io.retromae.training.bert.Script;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model on the CPU that makes vectors and nothing else: see {@code packed.py}. */
final class PackedModel implements BatchModel {
  private static final String SOURCE = "/io/retromae/embed/encoder/packed.py";

  /** From here on a core's products are at their fastest, and what they read is still in L2. */
  private static final int ENOUGH_TOKENS = EncoderOptions.ENOUGH_FOR_A_THREAD;

  private final BertShape shape;
  private final Model module;
  private final NDList weights;

  private PackedModel(BertShape shape, Model module, NDList weights) {
    this.shape = shape;
    this.module = module;
    this.weights = weights;
  }

  /**
   * Loads the weights of a folder.
   *
   * @param oneToken whether it will be asked for poolings of one token, or for others
   */
  static PackedModel load(EncoderFolder folder, boolean oneToken) throws IOException {
    BertShape shape = folder.shape();
    Model module = script(shape, oneToken).load(Device.cpu());
    try {
      PackedWeights weights = new PackedWeights(module, folder.layout(), shape, oneToken);
      folder.weights().readPieces(weights::take);
      return new PackedModel(shape, module, weights.all());
    } catch (IOException | RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  private static Script script(BertShape shape, boolean oneToken) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("training", false);
    attributes.put("layers", shape.numHiddenLayers());
    attributes.put("heads", shape.numAttentionHeads());
    attributes.put("layer_norm_eps", shape.layerNormEps());
    attributes.put("one_token", oneToken);
    return new Script("PackedEncoder", List.of(SOURCE), attributes);
  }

  @Override
  public int width() {
    return shape.hiddenSize();
  }

  @Override
  public int words() {
    return shape.vocabSize();
  }

  @Override
  public int enoughTokens() {
    return ENOUGH_TOKENS;
  }

  @Override
  public boolean pads() {
    return false;
  }

  @Override
  public float[][] pooled(List<int[]> rows, Pooling pooling) {
    try (NDManager scope = module.getNDManager().newSubManager()) {
      NDList arguments = new NDList(weights);
      arguments.addAll(batch(scope, rows, pooling));
      NDArray vectors = Script.call(module, scope, "vectors", arguments, false).get(0);
      float[] flat = vectors.toType(DataType.FLOAT32, false).toFloatArray();
      int width = shape.hiddenSize();
      float[][] split = new float[rows.size()][];
      for (int i = 0; i < split.length; i++) {
        split[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
      }
      return split;
    }
  }

  private NDList batch(NDManager scope, List<int[]> rows, Pooling pooling) {
    int tokens = rows.stream().mapToInt(row -> row.length).sum();
    int[] ids = new int[tokens];
    int[] positions = new int[tokens];
    int[] first = new int[rows.size()];
    int[] end = new int[rows.size()];
    int at = 0;
    for (int i = 0; i < rows.size(); i++) {
      int[] row = rows.get(i);
      System.arraycopy(row, 0, ids, at, row.length);
      for (int j = 0; j < row.length; j++) {
        positions[at + j] = j;
      }
      first[i] = at + pooling.first(row.length);
      end[i] = at + pooling.end(row.length);
      at += row.length;
    }
    NDList batch = new NDList();
    batch.add(Script.named("b.ids", scope.create(ids)));
    batch.add(Script.named("b.positions", scope.create(positions)));
    batch.add(Script.named("b.groups", groups(scope, rows)));
    batch.add(Script.named("b.first", scope.create(first)));
    batch.add(Script.named("b.end", scope.create(end)));
    return batch;
  }

  /** [G, 2]: how many neighbours have one length, and which. */
  private static NDArray groups(NDManager scope, List<int[]> rows) {
    int[] groups = new int[2 * rows.size()];
    int size = 0;
    for (int[] row : rows) {
      if (size == 0 || groups[size - 1] != row.length) {
        groups[size + 1] = row.length;
        size += 2;
      }
      groups[size - 2]++;
    }
    return scope.create(Arrays.copyOf(groups, size), new Shape(size / 2, 2));
  }

  @Override
  public void close() {
    module.close(); // and with it all that its manager has made
  }
}
