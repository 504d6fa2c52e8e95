package io.retromae.etl.shuffle;

import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.shard.ShardReader;
import io.retromae.core.shard.ShardWriter;
import io.retromae.etl.work.EtlContext;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import scala.Tuple2;

/** Second half of pass B: samples of all units by key, and one shard from its sorted samples. */
final class ShardTask {
  private ShardTask() {}

  /** The samples of one packed unit with their keys, a row group in memory at a time. */
  static Iterator<Tuple2<ShuffleKey, Sample>> read(
      EtlContext context, ShardEntry packed, long seed) {
    return IntStream.range(0, packed.rowGroups().size())
        .boxed()
        .flatMap(group -> readGroup(context, packed, group).stream())
        .map(
            sample ->
                new Tuple2<>(ShuffleKey.of(seed, sample.documentId(), sample.block()), sample))
        .iterator();
  }

  private static List<Sample> readGroup(EtlContext context, ShardEntry packed, int group) {
    try (ShardReader reader = ShardReader.open(context.storage(), context.output(), packed)) {
      return reader.readSamples(group);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s, row group %d: %s".formatted(packed.name(), group, e.getMessage()), e);
    }
  }

  /**
   * What a finished shard leaves.
   *
   * @param plan shards, row groups and packed units that it belongs to
   * @param shard the shard
   */
  record Receipt(String plan, ShardEntry shard) implements Receipts.Receipt {
    @Override
    public List<String> files() {
      return List.of(shard.name());
    }
  }

  private static String receiptName(int shard) {
    return String.format(Locale.ROOT, "shard-%05d", shard);
  }

  /** A shard that is finished. */
  static ShardEntry written(EtlContext context, int shard) {
    return context.receipt(receiptName(shard), Receipt.class).orElseThrow().shard();
  }

  /** Writes a shard, unless a receipt says that it has been done. */
  static ShardEntry write(
      EtlContext context, ShardPlan plan, int shard, Iterator<Tuple2<ShuffleKey, Sample>> samples)
      throws IOException {
    String name = receiptName(shard);
    Optional<Receipt> done = context.receipt(name, Receipt.class);
    if (done.isPresent() && done.get().plan().equals(plan.identity())) {
      return done.get().shard();
    }
    String file = String.format(Locale.ROOT, "data/%05d-%s.parquet", shard, UUID.randomUUID());
    Map<String, String> metadata =
        Map.of(
            "retromae.format_version", Integer.toString(ShardManifest.FORMAT_VERSION),
            "retromae.vocabulary", plan.vocabularyFingerprint());
    try (ShardWriter writer =
        new ShardWriter(
            context.storage(), context.output(), file, plan.samplesPerRowGroup(), metadata)) {
      while (samples.hasNext()) {
        writer.append(samples.next()._2());
      }
      ShardEntry entry = writer.commit();
      context.publishReceipt(name, new Receipt(plan.identity(), entry));
      return entry;
    }
  }
}
