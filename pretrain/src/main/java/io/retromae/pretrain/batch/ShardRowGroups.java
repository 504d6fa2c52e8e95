package io.retromae.pretrain.batch;

import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardReader;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Row groups of some of a corpus's shards. Owns the few shards opened last, as many as a window has
 * row groups.
 */
final class ShardRowGroups implements RowGroupSource {
  private static final int MOST_OPEN = SamplePlan.WINDOW;

  private final Storage storage;
  private final String corpus;
  private final List<ShardEntry> shards;
  private final int[] firstRowGroup;
  private final Map<Integer, ShardReader> open = new LinkedHashMap<>();

  ShardRowGroups(Storage storage, String corpus, List<ShardEntry> shards) {
    this.storage = storage;
    this.corpus = corpus;
    this.shards = List.copyOf(shards);
    this.firstRowGroup = new int[shards.size() + 1];
    for (int shard = 0; shard < shards.size(); shard++) {
      firstRowGroup[shard + 1] = firstRowGroup[shard] + shards.get(shard).rowGroups().size();
    }
  }

  @Override
  public int[][] read(int rowGroup) throws IOException {
    int shard = shardOf(rowGroup);
    return reader(shard).readTokenIds(rowGroup - firstRowGroup[shard]);
  }

  @Override
  public String[] sources(int rowGroup) throws IOException {
    int shard = shardOf(rowGroup);
    int inShard = rowGroup - firstRowGroup[shard];
    ShardEntry entry = shards.get(shard);
    if (entry.sources().size() == 1) { // known without reading
      String[] sources = new String[entry.rowGroups().get(inShard)];
      Arrays.fill(sources, entry.sources().keySet().iterator().next());
      return sources;
    }
    return reader(shard).readSources(inShard);
  }

  private int shardOf(int rowGroup) {
    for (int shard = 0; shard < shards.size(); shard++) {
      if (rowGroup >= 0 && rowGroup < firstRowGroup[shard + 1]) {
        return shard;
      }
    }
    throw new IllegalArgumentException(
        "row group %d of %d".formatted(rowGroup, firstRowGroup[shards.size()]));
  }

  private ShardReader reader(int shard) throws IOException {
    ShardReader reader = open.get(shard);
    if (reader == null) {
      if (open.size() == MOST_OPEN) {
        open.remove(open.keySet().iterator().next()).close();
      }
      reader = ShardReader.open(storage, corpus, shards.get(shard));
      open.put(shard, reader);
    }
    return reader;
  }

  @Override
  public void close() throws IOException {
    List<ShardReader> readers = List.copyOf(open.values());
    open.clear();
    for (ShardReader reader : readers) {
      reader.close();
    }
  }
}
