package io.retromae.pretrain.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.safetensors.Safetensors;
import io.retromae.pretrain.safetensors.TensorEntry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where the tensors of a model folder lie: {@code model.safetensors}, or the parts that {@code
 * model.safetensors.index.json} lists. Made from the files' headers alone.
 */
final class WeightIndex {
  private static final String WHOLE = "model.safetensors";
  private static final String PARTS = "model.safetensors.index.json";
  private static final Pattern PART = Pattern.compile(FileNames.PLAIN.pattern() + "\\.safetensors");
  private static final int BUFFER_BYTES = 1 << 16;

  private final Storage storage;
  private final String folder;
  private final Map<String, Place> places = new LinkedHashMap<>();

  /**
   * A tensor's place.
   *
   * @param file in the folder
   * @param entry type, shape and offsets
   */
  record Place(String file, TensorEntry entry) {}

  private WeightIndex(Storage storage, String folder) {
    this.storage = storage;
    this.folder = folder;
  }

  /**
   * Reads the headers of a model folder.
   *
   * @throws ConfigException if it holds no safetensors weights, or not all its parts
   */
  static WeightIndex of(Storage storage, String folder) {
    WeightIndex index = new WeightIndex(storage, folder);
    if (storage.exists(folder + "/" + WHOLE)) {
      index.add(WHOLE);
    } else if (storage.exists(folder + "/" + PARTS)) {
      index.parts().forEach(index::add);
    } else {
      throw new ConfigException(
          "init.from = %s: holds no model.safetensors; save the model again with".formatted(folder)
              + " save_pretrained(..., safe_serialization=True)");
    }
    return index;
  }

  private Set<String> parts() {
    String path = folder + "/" + PARTS;
    try {
      JsonNode json =
          new ObjectMapper().readTree(new String(storage.read(path), StandardCharsets.UTF_8));
      Set<String> files = new TreeSet<>();
      json.path("weight_map")
          .forEach(file -> files.add(FileNames.checked(path, "weight_map", file.asText(), PART)));
      for (String file : files) {
        if (!storage.exists(folder + "/" + file)) {
          throw new ConfigException(
              "init.from = %s: %s lists %s, which is not there; copy the whole folder"
                  .formatted(folder, PARTS, file));
        }
      }
      return files;
    } catch (JsonProcessingException e) {
      throw new ConfigException(path + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Adds the tensors of a file, if it is there; those known already stay where they are. */
  void addIfPresent(String file) {
    if (storage.exists(folder + "/" + file)) {
      add(file);
    }
  }

  private void add(String file) {
    String path = folder + "/" + file;
    try (InputStream in = new BufferedInputStream(storage.open(path), BUFFER_BYTES)) {
      Safetensors.readHeader(path, in)
          .forEach((tensor, entry) -> places.putIfAbsent(tensor, new Place(file, entry)));
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

  /** Reads the data of one file. */
  void read(String file, Safetensors.Sink sink) throws IOException {
    String path = folder + "/" + file;
    try (InputStream in = new BufferedInputStream(storage.open(path), BUFFER_BYTES)) {
      Safetensors.read(path, in, sink);
    }
  }
}
