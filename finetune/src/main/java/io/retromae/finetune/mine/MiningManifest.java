package io.retromae.finetune.mine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The list of a folder's files of lines, {@code _SUCCESS.json}. Writing it is the commit of the
 * job.
 *
 * @param holds {@value #LINES}
 * @param formatVersion of this record
 * @param createdBy program and version
 * @param model folder that the vectors were made with, or where they are recorded
 * @param modelFingerprint its content, wherever it lies
 * @param files in the order of the inputs
 * @param lineage inputs, settings, Spark's version
 */
public record MiningManifest(
    String holds,
    int formatVersion,
    String createdBy,
    String model,
    String modelFingerprint,
    List<LinesTask.Receipt> files,
    Map<String, Object> lineage) {
  /** What {@code holds} says. */
  static final String LINES = "mined lines";

  static final int FORMAT_VERSION = 1;
  static final String NAME = "_SUCCESS.json";

  /** Whether finished lines lie there. */
  public static boolean exists(Storage storage, String folder) {
    String path = folder + "/" + NAME;
    Optional<byte[]> bytes = storage.readIfThere(path);
    try {
      JsonNode json = new ObjectMapper().readTree(bytes.orElse(new byte[] {'{', '}'}));
      return json.path("holds").asText().equals(LINES);
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(
          "%s: not a manifest: %s".formatted(path, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new IllegalStateException(e); // bytes in memory
    }
  }

  /** Reads what {@link #exists}. */
  static MiningManifest open(Storage storage, String folder) {
    String path = folder + "/" + NAME;
    try {
      return new ObjectMapper().readValue(storage.read(path), MiningManifest.class);
    } catch (IOException e) {
      throw new CorruptDataException("%s: not a manifest".formatted(path), e);
    }
  }

  /** Writes it: the commit. */
  void publish(Storage storage, String folder) {
    storage.publish(folder + "/" + NAME, Receipts.toJson(this));
  }
}
