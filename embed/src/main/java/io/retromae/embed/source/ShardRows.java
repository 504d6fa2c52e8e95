package io.retromae.embed.source;

import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.shard.ShardReader;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Samples of row groups of one shard; a sample's id is its document's and its place in it. */
final class ShardRows implements Rows {
  private final ShardReader shard;
  private final long end;
  private long group;
  private List<Sample> samples = List.of();
  private int next;
  private long number;

  private ShardRows(ShardReader shard, InputUnit unit) {
    this.shard = shard;
    this.group = unit.from();
    this.end = unit.to();
    this.number = unit.before();
  }

  static ShardRows open(Storage storage, InputUnit unit) throws IOException {
    InputFile file = unit.file();
    String folder = file.path().substring(0, file.path().length() - file.name().length() - 1);
    ShardEntry entry =
        ShardManifest.open(storage, folder).shards().stream()
            .filter(shard -> shard.name().equals(file.name()))
            .findFirst()
            .orElseThrow(() -> new IOException("the corpus does not list it any more"));
    return new ShardRows(ShardReader.open(storage, folder, entry), unit);
  }

  @Override
  public Optional<Row> next() throws IOException {
    while (next == samples.size()) {
      if (group == end) {
        return Optional.empty();
      }
      samples = shard.readSamples((int) group++);
      next = 0;
    }
    number++;
    Sample sample = samples.get(next++);
    return Optional.of(new Row.Ids(sample.documentId() + "#" + sample.block(), sample.tokenIds()));
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    shard.close();
  }
}
