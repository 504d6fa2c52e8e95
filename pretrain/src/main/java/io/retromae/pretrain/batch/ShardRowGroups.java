package io.retromae.pretrain.batch;

import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardReader;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.List;

/** Row groups of some of a corpus's shards; opens a shard for each and closes it. */
final class ShardRowGroups implements RowGroupSource {
  private final Storage storage;
  private final String corpus;
  private final List<ShardEntry> shards;

  ShardRowGroups(Storage storage, String corpus, List<ShardEntry> shards) {
    this.storage = storage;
    this.corpus = corpus;
    this.shards = List.copyOf(shards);
  }

  @Override
  public int[][] read(int rowGroup) throws IOException {
    int inShard = rowGroup;
    for (ShardEntry shard : shards) {
      if (inShard < shard.rowGroups().size()) {
        try (ShardReader reader = ShardReader.open(storage, corpus, shard)) {
          return reader.readTokenIds(inShard);
        }
      }
      inShard -= shard.rowGroups().size();
    }
    throw new IllegalArgumentException(
        "row group " + rowGroup + " of " + shards.size() + " shards");
  }

  @Override
  public void close() {
    // shards are closed as soon as they are read
  }
}
