package io.retromae.embed.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import io.retromae.spark.Receipts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The list of a folder's files of vectors, {@code _SUCCESS.json}. Writing it is the commit of the
 * whole job; nothing that it does not name exists for a reader.
 *
 * @param holds {@value #VECTORS}, which tells it from the manifest of a corpus
 * @param formatVersion of this record
 * @param createdBy program and version
 * @param model folder that the vectors were made with
 * @param modelFingerprint its content, wherever it lies
 * @param instruction that stood before each text
 * @param pooling how hidden states became a vector
 * @param normalized whether vectors have length one
 * @param maxLength most tokens of a text, [CLS] and [SEP] counted
 * @param width D
 * @param rows of the folder, each counted once whatever the formats
 * @param absent rows among them whose text was null
 * @param files in the order of the inputs
 * @param lineage inputs, settings, Spark's version; free-form JSON
 */
public record VectorManifest(
    String holds,
    int formatVersion,
    String createdBy,
    String model,
    String modelFingerprint,
    String instruction,
    String pooling,
    boolean normalized,
    int maxLength,
    int width,
    long rows,
    long absent,
    List<VectorFile> files,
    Map<String, Object> lineage) {
  /** What {@code holds} says. */
  static final String VECTORS = "vectors";

  /** The version that this build writes and reads. */
  static final int FORMAT_VERSION = 1;

  static final String NAME = "_SUCCESS.json";

  private static final Pattern FILE = Pattern.compile("(vectors|npy)/" + FileNames.PLAIN.pattern());

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies. */
  public VectorManifest {
    files = List.copyOf(files);
    lineage = Map.copyOf(lineage);
  }

  /** Whether a finished folder of vectors lies there. */
  public static boolean exists(Storage storage, String folder) {
    return json(storage, folder).isPresent();
  }

  /**
   * Opens a finished folder.
   *
   * @throws ConfigException if it holds no finished vectors
   * @throws CorruptDataException if its manifest cannot be read
   */
  public static VectorManifest open(Storage storage, String folder) {
    String path = folder + "/" + NAME;
    JsonNode json =
        json(storage, folder)
            .orElseThrow(
                () ->
                    new ConfigException(
                        folder
                            + ": holds no finished vectors (no such _SUCCESS.json); run embed to its end"));
    try {
      VectorManifest manifest = JSON.treeToValue(json, VectorManifest.class);
      if (manifest.formatVersion() != FORMAT_VERSION) {
        throw new CorruptDataException(
            "%s: format version %d, this build reads %d; embed again with this version"
                .formatted(path, manifest.formatVersion(), FORMAT_VERSION));
      }
      manifest.files().forEach(file -> FileNames.checked(path, "files.name", file.name(), FILE));
      return manifest;
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(
          "%s: not a manifest of vectors: %s".formatted(path, e.getOriginalMessage()), e);
    }
  }

  /** The manifest; empty if there is none, or that of a corpus. */
  private static Optional<JsonNode> json(Storage storage, String folder) {
    String path = folder + "/" + NAME;
    Optional<byte[]> bytes = storage.readIfThere(path);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(new String(bytes.get(), StandardCharsets.UTF_8)))
          .filter(json -> json.path("holds").asText().equals(VECTORS));
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(
          "%s: not a manifest: %s".formatted(path, e.getOriginalMessage()), e);
    }
  }

  /** Writes it: the commit. */
  void publish(Storage storage, String folder) {
    storage.publish(folder + "/" + NAME, Receipts.toJson(this));
  }
}
