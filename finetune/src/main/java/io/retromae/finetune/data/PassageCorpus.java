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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Texts that lines name by id: Tevatron's corpora of {@code docid}, {@code title}, {@code text}.
 */
public final class PassageCorpus {
  private PassageCorpus() {}

  /**
   * All texts by id.
   *
   * @param setting that names them, for messages
   * @param path a file, a folder or a pattern; none for no texts
   * @throws ConfigException if there is nothing to read
   * @throws CorruptDataException naming the first record that cannot be used
   */
  public static Map<String, String> read(Storage storage, String setting, Optional<String> path)
      throws IOException {
    Map<String, String> texts = new HashMap<>();
    if (path.isEmpty()) {
      return texts;
    }
    for (StoredNode file : RecordFiles.find(storage, setting, path.get()).files()) {
      try (Records records = RecordFile.open(storage, file.path())) {
        add(records, file.path(), texts);
      }
    }
    return texts;
  }

  private static void add(Records records, String file, Map<String, String> texts)
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
        record = records.next();
      }
    } catch (RefusedRecordException e) {
      throw new CorruptDataException(
          "%s, line %d: %s".formatted(file, records.number(), e.getMessage()), e);
    }
  }
}
