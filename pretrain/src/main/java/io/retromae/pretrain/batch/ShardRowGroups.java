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
  private final Offsets rowGroups;
  private final Map<Integer, ShardReader> open = new LinkedHashMap<>();

  ShardRowGroups(Storage storage, String corpus, List<ShardEntry> shards) {
    this.storage = storage;
    this.corpus = corpus;
    this.shards = List.copyOf(shards);
    this.rowGroups = Offsets.of(shards.stream().mapToInt(shard -> shard.rowGroups().size()));
  }

  @Override
  public int[][] read(int rowGroup) throws IOException {
    int shard = rowGroups.partOf(rowGroup);
    return reader(shard).readTokenIds(inShard(rowGroup, shard));
  }

  @Override
  public String[] sources(int rowGroup) throws IOException {
    int shard = rowGroups.partOf(rowGroup);
    int inShard = inShard(rowGroup, shard);
    ShardEntry entry = shards.get(shard);
    if (entry.sources().size() == 1) { // known without reading
      String[] sources = new String[entry.rowGroups().get(inShard)];
      Arrays.fill(sources, entry.sources().keySet().iterator().next());
      return sources;
    }
    return reader(shard).readSources(inShard);
  }

  private int inShard(int rowGroup, int shard) {
    return (int) (rowGroup - rowGroups.start(shard));
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
