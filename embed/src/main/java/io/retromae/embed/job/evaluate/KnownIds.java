package io.retromae.embed.job.evaluate;

import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Ids of a set's texts, to look up. */
final class KnownIds {
  private final Set<String> ids = new HashSet<>();

  private KnownIds() {}

  static KnownIds of(Storage storage, StoredTexts texts) throws IOException {
    KnownIds known = new KnownIds();
    for (int part = 0; part < texts.parts(); part++) {
      try (ColumnTable.Reader reader =
          new ColumnTable.Reader(storage, texts.path(part), List.of(Column.text("id")))) {
        while (reader.next()) {
          known.ids.add(reader.text(0));
        }
      }
    }
    return known;
  }

  boolean contains(String id) {
    return ids.contains(id);
  }
}
