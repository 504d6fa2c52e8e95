package io.retromae.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a job notes finished work. A receipt is published last, so that work without one does not
 * exist, and read again by a start that goes on.
 *
 * @param storage reaches the folder
 * @param folder qualified
 * @param files form of the names of files that receipts tell
 */
public record Receipts(Storage storage, String folder, Pattern files) implements Serializable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** What finished work leaves. */
  public interface Receipt extends Serializable {
    /** The files that it tells, as paths within the output folder. */
    List<String> files();
  }

  private String path(String name) {
    return folder + "/" + name + ".json";
  }

  /** Whether a receipt is there. */
  public boolean has(String name) {
    return storage.exists(path(name));
  }

  /** A receipt; empty if the work is not done. */
  public <T extends Receipt> Optional<T> read(String name, Class<T> type) {
    String path = path(name);
    Optional<byte[]> json = storage.readIfThere(path);
    if (json.isEmpty()) {
      return Optional.empty();
    }
    try {
      T receipt = JSON.readValue(new String(json.get(), StandardCharsets.UTF_8), type);
      receipt.files().forEach(file -> FileNames.checked(path, "a file", file, files));
      return Optional.of(receipt);
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(path + ": not a receipt; delete it and run again", e);
    }
  }

  /**
   * Publishes a receipt; an attempt that is being killed, whose reads may have failed, does not.
   */
  public void publish(String name, Receipt receipt) {
    TaskFailures.refuseInterrupted("receipt " + name);
    storage.publish(path(name), toJson(receipt));
  }

  /** Indented JSON. */
  public static byte[] toJson(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "%s as JSON: %s".formatted(value.getClass().getName(), e.getOriginalMessage()), e);
    }
  }
}
