package io.retromae.core.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * {@code _SUCCESS.json} of a job's output: a manifest whose field {@code holds} tells what lies in
 * the folder. It is written last, so what it does not name does not exist for a reader.
 *
 * @param folder of the output
 * @param holds what the manifest has to say: that of another job is as good as none
 */
public record SuccessFile(Storage storage, String folder, String holds) {
  /** Its name. */
  public static final String NAME = "_SUCCESS.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Its path. */
  public String path() {
    return folder + "/" + NAME;
  }

  /** Whether it is there. */
  public boolean exists() {
    return json().isPresent();
  }

  /**
   * Reads it; empty if there is none, or that of another job.
   *
   * @param formatVersion that this build reads
   * @param mend what to do about another version
   * @throws CorruptDataException if it cannot be read
   */
  public <T> Optional<T> read(Class<T> type, int formatVersion, String mend) {
    return json().map(json -> parsed(json, type, formatVersion, mend));
  }

  private <T> T parsed(JsonNode json, Class<T> type, int formatVersion, String mend) {
    int version = json.path("formatVersion").asInt();
    if (version != formatVersion) {
      throw new CorruptDataException(
          "%s: format version %d, this build reads %d; %s with this version"
              .formatted(path(), version, formatVersion, mend));
    }
    try {
      return JSON.treeToValue(json, type);
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(
          "%s: not a manifest of %s: %s".formatted(path(), holds, e.getOriginalMessage()), e);
    }
  }

  private Optional<JsonNode> json() {
    Optional<byte[]> bytes = storage.readIfThere(path());
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(new String(bytes.get(), StandardCharsets.UTF_8)))
          .filter(json -> json.path("holds").asText().equals(holds));
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(
          "%s: not a manifest: %s".formatted(path(), e.getOriginalMessage()), e);
    }
  }
}
