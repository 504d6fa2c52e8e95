package io.retromae.embed.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.spark.TaskFailures;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What every task gets: the encoder, the storage and where finished work is noted. A receipt is
 * published last, so that work without one does not exist.
 *
 * @param storage reaches inputs, model and output
 * @param output qualified folder
 * @param encoder the model and how it is used
 * @param instruction put before each text; may be empty
 * @param format of the vectors
 * @param rowsPerFile most rows of an output file
 */
record EmbedContext(
    Storage storage,
    String output,
    EncoderSpec encoder,
    String instruction,
    EmbedConfig.Format format,
    int rowsPerFile)
    implements Serializable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Names of files that receipts tell. */
  private static final Pattern FILE =
      Pattern.compile("(_work/ids|vectors|npy)/" + FileNames.PLAIN.pattern());

  /** What finished work leaves. */
  interface Receipt extends Serializable {
    /** The files that it tells, as paths within the output folder. */
    List<String> files();
  }

  /** A file that a receipt tells. */
  String path(String file) {
    return output + "/" + file;
  }

  private String receiptPath(String name) {
    return output + "/_work/receipts/" + name + ".json";
  }

  /** A receipt; empty if the work is not done. */
  <T extends Receipt> Optional<T> receipt(String name, Class<T> type) {
    String path = receiptPath(name);
    Optional<byte[]> json = storage.readIfThere(path);
    if (json.isEmpty()) {
      return Optional.empty();
    }
    try {
      T receipt = JSON.readValue(new String(json.get(), StandardCharsets.UTF_8), type);
      receipt.files().forEach(file -> FileNames.checked(path, "a file", file, FILE));
      return Optional.of(receipt);
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(path + ": not a receipt; delete it and run again", e);
    }
  }

  /**
   * Publishes a receipt; an attempt that is being killed, whose reads may have failed, does not.
   */
  void publishReceipt(String name, Receipt receipt) {
    TaskFailures.refuseInterrupted("receipt " + name);
    storage.publish(receiptPath(name), toJson(receipt));
  }

  /** Indented JSON. */
  static byte[] toJson(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "%s as JSON: %s".formatted(value.getClass().getName(), e.getOriginalMessage()), e);
    }
  }
}
