package io.retromae.finetune.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.record.RecordFile;
import io.retromae.core.record.RecordFiles;
import io.retromae.core.record.Records;
import io.retromae.core.record.RefusedRecordException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredNode;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Texts that lines name by id: Tevatron's corpora of {@code docid}, {@code title}, {@code text}.
 */
public final class PassageCorpus {
  /** Bytes of the heap for a byte of a file, at least: texts as strings, in a map. */
  private static final double HEAP_PER_BYTE = 1.3;

  /** What this process read last, as long as the heap has room for it. */
  private static SoftReference<Loaded> last = new SoftReference<>(null);

  private PassageCorpus() {}

  private record Loaded(List<StoredNode> files, Map<String, String> texts) {}

  /**
   * All texts by id.
   *
   * @param setting that names them, for messages
   * @param path a file, a folder or a pattern; none for no texts
   * @throws ConfigException if there is nothing to read, or more than the heap can hold
   * @throws CorruptDataException naming the first record that cannot be used, or a broken file
   */
  public static Map<String, String> read(Storage storage, String setting, Optional<String> path)
      throws IOException {
    return path.isEmpty()
        ? Map.of()
        : read(storage, setting, path.get(), Runtime.getRuntime().maxMemory());
  }

  /**
   * The same for tasks: those of one process read the same files once and hold them once.
   *
   * @return not to be changed
   */
  public static Map<String, String> shared(Storage storage, String setting, Optional<String> path)
      throws IOException {
    return path.isEmpty() ? Map.of() : shared(storage, setting, path.get());
  }

  private static synchronized Map<String, String> shared(
      Storage storage, String setting, String path) throws IOException {
    List<StoredNode> files = RecordFiles.find(storage, setting, path).files();
    Loaded loaded = last.get();
    if (loaded == null || !loaded.files().equals(files)) {
      long heap = Runtime.getRuntime().maxMemory();
      loaded = new Loaded(files, read(storage, setting, path, files, heap));
      last = new SoftReference<>(loaded);
    }
    return loaded.texts();
  }

  static Map<String, String> read(Storage storage, String setting, String path, long heap)
      throws IOException {
    return read(storage, setting, path, RecordFiles.find(storage, setting, path).files(), heap);
  }

  private static Map<String, String> read(
      Storage storage, String setting, String path, List<StoredNode> files, long heap)
      throws IOException {
    Map<String, String> texts = new HashMap<>();
    long needed = (long) (HEAP_PER_BYTE * files.stream().mapToLong(StoredNode::size).sum());
    if (needed > heap) {
      throw new ConfigException(
          "%s = %s: its texts take %,d MiB or more, the heap is %,d MiB; give --driver-memory (submit/retromae: RETROMAE_HEAP), where an executor says so --executor-memory, or name passages by their texts"
              .formatted(setting, path, needed >> 20, heap >> 20));
    }
    for (StoredNode file : files) {
      read(storage, file.path(), texts);
    }
    return texts;
  }

  private static void read(Storage storage, String file, Map<String, String> texts)
      throws IOException {
    long[] last = {0};
    try (Records records = RecordFile.open(storage, file)) {
      add(records, file, texts, last);
    } catch (IOException e) {
      throw BrokenFile.of(storage, file, last[0], e);
    }
  }

  private static void add(Records records, String file, Map<String, String> texts, long[] last)
      throws IOException {
    try {
      Optional<ObjectNode> record = records.next();
      while (record.isPresent()) {
        JsonNode id = record.get().path("docid");
        if (!id.isValueNode() || id.isNull()) {
          throw RefusedRecordException.wrongType("docid", "a text or a number", id);
        }
        if (texts.put(id.asText(), PairFields.passage(record.get(), "")) != null) {
          throw new RefusedRecordException("docid_twice", "docid %s: given twice".formatted(id));
        }
        last[0] = records.number();
        record = records.next();
      }
    } catch (RefusedRecordException e) {
      throw new CorruptDataException(
          "%s, line %d: %s".formatted(file, records.number(), e.getMessage()), e);
    }
  }
}
