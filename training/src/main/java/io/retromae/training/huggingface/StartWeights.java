package io.retromae.training.huggingface;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.TensorViews;
import io.retromae.training.bert.WeightInitializer;
import io.retromae.training.memory.HostVector;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where each parameter gets its first value from, once this is known to be possible: a tensor of a
 * model folder, or a fresh draw.
 */
public final class StartWeights {
  private final WeightIndex index;
  private final String folder;
  private final String title;
  private final BertShape shape;
  private final ParameterLayout layout;
  private final WeightSources sources;

  StartWeights(
      WeightIndex index,
      String folder,
      String title,
      BertShape shape,
      ParameterLayout layout,
      WeightSources sources) {
    this.index = index;
    this.folder = folder;
    this.title = title;
    this.shape = shape;
    this.layout = layout;
    this.sources = sources;
  }

  /** What is taken, made fresh and left, in one line. */
  public String describe() {
    return StartDescription.of(folder, layout, shape, index, sources);
  }

  /** Names of the parameters that are made fresh. */
  public List<String> fresh() {
    return sources.fresh();
  }

  /** Rows of the folder's position table, which may be fewer than the model has. */
  long knownPositions() {
    return sources.knownPositions(index);
  }

  /**
   * Reads all weights once and keeps none, so that the driver refuses before Spark starts what a
   * worker would refuse after it.
   *
   * @throws ConfigException if the folder's MLM head does not score with its word table
   * @throws CorruptDataException if a weight is no finite number, or a file is damaged
   */
  public void check() {
    try {
      read((parameter, data) -> {});
    } catch (IOException e) {
      throw new ClusterException("%s: cannot be read: %s".formatted(title, e.getMessage()), e);
    }
  }

  /**
   * Fills all parameters.
   *
   * @param memory float32 vector of this layout
   * @param seed for what is made fresh
   * @throws ConfigException, CorruptDataException as {@link #check}
   */
  public void fill(HostVector memory, ParameterLayout layout, long seed) throws IOException {
    Map<String, ParameterLayout.Parameter> parameters = new HashMap<>();
    layout.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
    for (String name : sources.fresh()) {
      WeightInitializer.fill(memory, parameters.get(name), shape, seed);
    }
    read((parameter, data) -> put(memory, parameters.get(parameter), data));
  }

  /** Takes parameters' values piece by piece, so that none has to have room on the heap. */
  public interface Receiver {
    /**
     * Takes a piece.
     *
     * @param from its first value's place among the parameter's
     * @param values float32; not used again
     */
    void take(String parameter, long from, TensorData values);
  }

  /**
   * Hands over all values that the folder has for parameters, in the order of its files.
   *
   * @throws CorruptDataException if a weight is no finite number, or a file is damaged
   */
  public void readPieces(Receiver receiver) throws IOException {
    for (String file : files()) {
      index.readPieces(
          file,
          tensor -> sources.parameterOf().containsKey(tensor) && isWanted(tensor, file),
          (tensor, from, data) -> {
            TensorData values = data.toFloat32();
            refuseUnlessFinite(file, tensor, from, values);
            receiver.take(sources.parameterOf().get(tensor), from, values);
          });
    }
  }

  /** Takes a parameter's values. */
  private interface WholeReceiver {
    void take(String parameter, TensorData data);
  }

  private void read(WholeReceiver receiver) throws IOException {
    Map<String, String> hashes = new HashMap<>(); // of tensors, and of the parameters tied to them
    for (String file : files()) {
      index.read(
          file,
          tensor -> isWanted(tensor, file),
          (tensor, data) -> {
            TensorData values = data.toFloat32();
            refuseUnlessFinite(file, tensor, 0, values);
            String parameter = sources.parameterOf().get(tensor);
            if (sources.tied().containsKey(tensor)) {
              hashes.put(tensor, hash(values));
            } else {
              if (sources.tied().containsValue(parameter)) {
                hashes.put(parameter, hash(values));
              }
              receiver.take(parameter, values);
            }
          });
    }
    sources.tied().forEach((tensor, parameter) -> checkTied(tensor, parameter, hashes));
  }

  private boolean isWanted(String tensor, String file) {
    boolean used = sources.parameterOf().containsKey(tensor) || sources.tied().containsKey(tensor);
    return used && index.find(tensor).orElseThrow().file().equals(file);
  }

  private void refuseUnlessFinite(String file, String tensor, long from, TensorData values) {
    OptionalInt place = values.firstNotFinite();
    if (place.isPresent()) {
      int at = place.getAsInt();
      throw new CorruptDataException(
          "%s: %s: value %,d of %s is %s; the model was damaged before it was saved, take another checkpoint of it"
              .formatted(
                  title, file, from + at, tensor, values.bytes().getFloat(Float.BYTES * at)));
    }
  }

  /** Shape and bits: what has the same hash is the same. */
  private static String hash(TensorData values) {
    MessageDigest digest = Sha256.newDigest();
    digest.update(Arrays.toString(values.shape()).getBytes(StandardCharsets.US_ASCII));
    digest.update(values.bytes().duplicate());
    return Sha256.hex(digest);
  }

  private Set<String> files() {
    Set<String> files = new TreeSet<>();
    sources.parameterOf().keySet().forEach(t -> files.add(index.find(t).orElseThrow().file()));
    sources.tied().keySet().forEach(t -> files.add(index.find(t).orElseThrow().file()));
    return files;
  }

  /**
   * Copies a tensor; a longer position table repeats it, as Longformer does (arXiv:2004.05150,
   * section 5): attention of a BERT looks mostly at near tokens, and their relative places stay
   * known everywhere but at the seams.
   */
  private static void put(HostVector memory, ParameterLayout.Parameter parameter, TensorData data) {
    if (data.size() == parameter.size()) {
      TensorViews.fill(memory, parameter, data);
      return;
    }
    int rowBytes = Math.toIntExact(4 * parameter.shape()[1]);
    int known = Math.toIntExact(data.shape()[0]);
    ByteBuffer rows = ByteBuffer.allocate(Math.toIntExact(4 * parameter.size()));
    for (int row = 0; row < parameter.shape()[0]; row++) {
      rows.put(row * rowBytes, data.bytes(), row % known * rowBytes, rowBytes);
    }
    TensorViews.fill(memory, parameter, new TensorData("F32", parameter.shape(), rows));
  }

  private void checkTied(String tensor, String parameter, Map<String, String> hashes) {
    if (!hashes.get(tensor).equals(hashes.get(parameter))) {
      throw new ConfigException(
          ("%s: %s differs from %s, but there is one table for both; save the bare"
                  + " encoder (AutoModel.from_pretrained(...).save_pretrained(...)) and let the head"
                  + " be made fresh")
              .formatted(title, tensor, parameter));
    }
  }
}
