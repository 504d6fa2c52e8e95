package io.retromae.finetune.pairs.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import io.retromae.spark.Receipts;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The list of the data sets of a finished folder of pairs; writing it is the commit.
 *
 * @param holds {@value #PAIRS}, which tells it from other manifests
 * @param formatVersion of this record
 * @param createdBy program and version
 * @param pairs in all data sets
 * @param dataSets by name
 * @param quarantine files of quarantined records
 * @param lineage inputs, settings, Spark's version; free-form JSON
 */
public record PairsManifest(
    String holds,
    int formatVersion,
    String createdBy,
    long pairs,
    List<DataSet> dataSets,
    List<String> quarantine,
    Map<String, Object> lineage) {
  static final String PAIRS = "pairs";
  static final int FORMAT_VERSION = 1;
  static final String NAME = "_SUCCESS.json";

  private static final Pattern FILE =
      Pattern.compile("(data|quarantine)/" + FileNames.PLAIN.pattern());
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies. */
  public PairsManifest {
    dataSets = List.copyOf(dataSets);
    quarantine = List.copyOf(quarantine);
    lineage = Map.copyOf(lineage);
  }

  /**
   * One data set.
   *
   * @param name path of its file within the folder
   * @param source of its documents
   * @param kind of its pairs
   * @param pairs lines of the file
   * @param bytes of the file
   * @param sha256 of the file
   */
  public record DataSet(
      String name, String source, String kind, long pairs, long bytes, String sha256)
      implements Serializable {}

  /** Whether a finished folder of pairs lies there. */
  public static boolean exists(Storage storage, String folder) {
    return json(storage, folder).isPresent();
  }

  /**
   * Opens a finished folder; empty if it is none.
   *
   * @throws CorruptDataException if its manifest cannot be read
   */
  public static Optional<PairsManifest> open(Storage storage, String folder) {
    return json(storage, folder).map(json -> parsed(folder + "/" + NAME, json));
  }

  private static PairsManifest parsed(String path, JsonNode json) {
    try {
      PairsManifest manifest = JSON.treeToValue(json, PairsManifest.class);
      if (manifest.formatVersion() != FORMAT_VERSION) {
        throw new CorruptDataException(
            "%s: format version %d, this build reads %d; make the pairs again with this version"
                .formatted(path, manifest.formatVersion(), FORMAT_VERSION));
      }
      manifest.files().forEach(file -> FileNames.checked(path, "a file", file, FILE));
      return manifest;
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(
          "%s: not a manifest of pairs: %s".formatted(path, e.getOriginalMessage()), e);
    }
  }

  private static Optional<JsonNode> json(Storage storage, String folder) {
    String path = folder + "/" + NAME;
    Optional<byte[]> bytes = storage.readIfThere(path);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(new String(bytes.get(), StandardCharsets.UTF_8)))
          .filter(json -> json.path("holds").asText().equals(PAIRS));
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(
          "%s: not a manifest: %s".formatted(path, e.getOriginalMessage()), e);
    }
  }

  /** Paths within the folder that belong to it. */
  List<String> files() {
    List<String> files = new java.util.ArrayList<>(quarantine);
    dataSets.forEach(set -> files.add(set.name()));
    return files;
  }

  /** Writes it: the commit. */
  void publish(Storage storage, String folder) {
    storage.publish(folder + "/" + NAME, Receipts.toJson(this));
  }
}
