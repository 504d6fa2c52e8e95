package io.retromae.training.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import io.retromae.training.pickle.TorchFile;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import io.retromae.training.safetensors.TensorEntry;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Where the tensors of a model folder lie: {@code model.safetensors} or {@code pytorch_model.bin},
 * or the parts that an index beside them lists. Made from the files' headers and lengths alone.
 */
final class WeightIndex {
  private static final String INDEX_ENDING = ".index.json";
  private static final String PICKLED = ".bin";

  /** Where weights may be; the first that is there is taken. */
  private static final List<String> CANDIDATES =
      List.of(
          "model.safetensors",
          "model.safetensors" + INDEX_ENDING,
          "pytorch_model.bin",
          "pytorch_model.bin" + INDEX_ENDING);

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int PIECE_VALUES = 1 << 18;

  private final Storage storage;
  private final String folder;
  private final String title;
  private final RecordedFiles files;
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final List<String> left = new ArrayList<>();

  /**
   * A tensor's place.
   *
   * @param file in the folder
   * @param entry type, shape and offsets
   */
  record Place(String file, TensorEntry entry) {}

  private WeightIndex(Storage storage, String folder, String title) {
    this.storage = storage;
    this.folder = folder;
    this.title = title;
    this.files = RecordedFiles.of(storage, folder, title);
  }

  /**
   * Reads the headers of a model folder.
   *
   * @param title of the folder in messages: {@code init.from = model}
   * @throws ConfigException if it holds no weights, or not all their parts
   * @throws CorruptDataException if a file is not whole
   */
  static WeightIndex of(Storage storage, String folder, String title) {
    WeightIndex index = new WeightIndex(storage, folder, title);
    List<String> there =
        CANDIDATES.stream().filter(name -> storage.exists(folder + "/" + name)).toList();
    if (there.isEmpty()) {
      throw new ConfigException(
          ("%s: holds neither model.safetensors nor pytorch_model.bin; save the model"
                  + " again with save_pretrained(...)")
              .formatted(title));
    }
    String taken = there.get(0);
    if (taken.endsWith(INDEX_ENDING)) {
      index.parts(taken).forEach(index::add);
    } else {
      index.add(taken);
    }
    index.left.addAll(there.subList(1, there.size()));
    return index;
  }

  /** Weights that are there as well and are not read. */
  List<String> left() {
    return Collections.unmodifiableList(left);
  }

  private Set<String> parts(String indexFile) {
    String path = folder + "/" + indexFile;
    String whole = indexFile.substring(0, indexFile.length() - INDEX_ENDING.length());
    String ending = whole.substring(whole.lastIndexOf('.'));
    Pattern part = Pattern.compile(FileNames.PLAIN.pattern() + Pattern.quote(ending));
    try {
      JsonNode json =
          new ObjectMapper().readTree(new String(storage.read(path), StandardCharsets.UTF_8));
      Set<String> files = new TreeSet<>();
      json.path("weight_map")
          .forEach(file -> files.add(FileNames.checked(path, "weight_map", file.asText(), part)));
      for (String file : files) {
        if (!storage.exists(folder + "/" + file)) {
          throw new ConfigException(
              "%s: %s lists %s, which is not there; copy the whole folder"
                  .formatted(title, indexFile, file));
        }
      }
      return files;
    } catch (JsonProcessingException e) {
      throw new ConfigException(path + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Adds the tensors of a file, if it is there; those known already stay where they are. */
  boolean addIfPresent(String file) {
    boolean there = storage.exists(folder + "/" + file);
    if (there) {
      add(file);
    }
    return there;
  }

  private void add(String file) {
    entries(folder + "/" + file)
        .forEach((tensor, entry) -> places.putIfAbsent(tensor, new Place(file, entry)));
  }

  private Map<String, TensorEntry> entries(String path) {
    if (path.endsWith(PICKLED)) {
      return TorchFile.open(storage, path).entries();
    }
    try (InputStream in = new BufferedInputStream(storage.open(path), BUFFER_BYTES)) {
      return Safetensors.readHeader(path, in, storage.size(path));
    } catch (IOException e) {
      throw new ClusterException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** All tensors, in the order of the files. */
  Map<String, Place> places() {
    return Collections.unmodifiableMap(places);
  }

  Optional<Place> find(String tensor) {
    return Optional.ofNullable(places.get(tensor));
  }

  /** Takes a tensor's values piece by piece. */
  interface PieceSink {
    /**
     * Takes a piece.
     *
     * @param from its first value's place in the tensor
     */
    void take(String tensor, long from, TensorData piece) throws IOException;
  }

  /**
   * Reads the data of one file in pieces, which of pickled weights are whole tensors.
   *
   * @param wanted tensors to hand over
   * @throws CorruptDataException as {@link #read}
   */
  void readPieces(String file, Predicate<String> wanted, PieceSink sink) throws IOException {
    String path = folder + "/" + file;
    if (path.endsWith(PICKLED)) {
      read(file, wanted, (tensor, data) -> sink.take(tensor, 0, data));
      return;
    }
    files.read(
        file,
        in ->
            Safetensors.stream(
                path,
                in,
                (tensor, entry, data) -> {
                  if (wanted.test(tensor)) {
                    pieces(tensor, entry, data, sink);
                  }
                }));
  }

  private static void pieces(String tensor, TensorEntry entry, InputStream data, PieceSink sink)
      throws IOException {
    int width = TensorData.width(entry.dtype());
    long values = entry.bytes() / width;
    byte[] buffer = new byte[(int) Math.min(PIECE_VALUES, values) * width];
    for (long from = 0; from < values; from += PIECE_VALUES) {
      int count = (int) Math.min(PIECE_VALUES, values - from);
      if (data.readNBytes(buffer, 0, count * width) < count * width) {
        throw new EOFException();
      }
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count * width);
      sink.take(tensor, from, new TensorData(entry.dtype(), new long[] {count}, bytes));
    }
  }

  /**
   * Reads the data of one file.
   *
   * @param wanted tensors to hand over; others may be passed over
   * @throws CorruptDataException if it is bad, or of a checkpoint whose manifest has another hash
   *     of it: what was handed over is not to be used then
   */
  void read(String file, Predicate<String> wanted, Safetensors.Sink sink) throws IOException {
    String path = folder + "/" + file;
    if (path.endsWith(PICKLED)) {
      TorchFile.open(storage, path).read(wanted, sink);
      return;
    }
    files.read(
        file,
        in ->
            Safetensors.read(
                path,
                in,
                (tensor, data) -> {
                  if (wanted.test(tensor)) {
                    sink.take(tensor, data);
                  }
                }));
  }
}
