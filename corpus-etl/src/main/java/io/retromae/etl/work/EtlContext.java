package io.retromae.etl.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.spark.TaskFailures;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What every task gets: the settings, the storage and where finished work is noted. A receipt is
 * published last, so that work without one does not exist.
 *
 * @param settings the resolved configuration as {@code path=value}
 * @param storage reaches inputs and output
 * @param output qualified corpus folder
 */
public record EtlContext(List<String> settings, Storage storage, String output)
    implements Serializable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final Pattern FILE =
      Pattern.compile(
          "(_work/(cleaned|packed|pieces)|cleaned|quarantine|data)/" + FileNames.PLAIN.pattern());

  /** Copies the settings. */
  public EtlContext {
    settings = List.copyOf(settings);
  }

  /** The settings, parsed. */
  public EtlConfig config() {
    return ConfigLoader.load(EtlConfig.class, List.of(), settings).value();
  }

  /** The assignments of settings below a prefix, the prefix left out. */
  public List<String> settingsBelow(String prefix) {
    return settings.stream()
        .filter(setting -> setting.startsWith(prefix))
        .map(setting -> setting.substring(prefix.length()))
        .toList();
  }

  /** Folder of work that is not finished. */
  public String work() {
    return output + "/_work";
  }

  /** A file that a receipt tells. */
  public String path(String file) {
    return output + "/" + file;
  }

  /** Opens columns of a file that a receipt tells. */
  public ColumnTable.Reader read(String file, List<Column> columns) throws IOException {
    return new ColumnTable.Reader(storage, path(file), columns);
  }

  /** What finished work leaves. */
  public interface Receipt {
    /** The files that it tells, as paths within the corpus folder. */
    List<String> files();
  }

  /** A receipt; empty if the work is not done. */
  public <T extends Receipt> Optional<T> receipt(String name, Class<T> type) {
    String path = work() + "/receipts/" + name + ".json";
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
  public void publishReceipt(String name, Receipt receipt) {
    TaskFailures.refuseInterrupted("receipt " + name);
    storage.publish(work() + "/receipts/" + name + ".json", toJson(receipt));
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
