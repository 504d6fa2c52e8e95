package io.retromae.etl.job;

import com.dynatrace.hash4j.hashing.Hashing;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardWriter;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordPieceTokenizer;
import io.retromae.etl.tokenize.DocumentEncoder;
import io.retromae.etl.tokenize.Packer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** First half of pass B for one unit: sentences, ids, blocks. */
final class PackTask {
  private static final int SAMPLES_PER_ROW_GROUP = 8_192;

  private final EtlContext context;
  private final DocumentEncoder encoder;
  private final Packer packer;
  private final StageCounts counts = new StageCounts();
  private long cutTokens;
  private long droppedTokens;

  private PackTask(EtlContext context) {
    EtlConfig config = context.config();
    Vocabulary vocabulary = Vocabulary.load(context.storage(), config.vocab());
    this.context = context;
    this.encoder = new DocumentEncoder(new WordPieceTokenizer(vocabulary, config.lowerCase()));
    this.packer = new Packer(config.packing(), config.seed());
  }

  /**
   * What a finished unit leaves.
   *
   * @param cleaned the file it was made from
   * @param duplicates hash of the rows left out
   * @param samples where they are
   * @param cutTokens ids lost because blocks were too long
   * @param droppedTokens ids lost because tails were too short
   * @param counts by stage
   */
  record Receipt(
      String cleaned,
      String duplicates,
      ShardEntry samples,
      long cutTokens,
      long droppedTokens,
      List<StageCounts.Row> counts) {}

  /**
   * Packs a unit, unless a receipt says that it has been done.
   *
   * @param duplicates row numbers to leave out, ascending
   */
  static Receipt run(EtlContext context, EtlUnit unit, String cleaned, int[] duplicates)
      throws IOException {
    Optional<Receipt> done = context.receipt("pack-" + unit.name(), Receipt.class);
    if (done.isPresent()
        && done.get().cleaned().equals(cleaned)
        && done.get().duplicates().equals(hash(duplicates))) {
      return done.get();
    }
    Receipt receipt = new PackTask(context).pack(unit, cleaned, duplicates);
    context.publishReceipt("pack-" + unit.name(), receipt);
    return receipt;
  }

  private static String hash(int[] rows) {
    return Hashing.murmur3_128().hashStream().putIntArray(rows).get().toString();
  }

  private Receipt pack(EtlUnit unit, String cleaned, int[] duplicates) throws IOException {
    String name = "_work/packed/%s-%s.parquet".formatted(unit.name(), UUID.randomUUID());
    try (ColumnTable.Reader reader = CleanedFile.read(context.storage(), cleaned);
        ShardWriter writer =
            new ShardWriter(
                context.storage(), context.output(), name, SAMPLES_PER_ROW_GROUP, Map.of())) {
      int number = 0;
      while (reader.next()) {
        CleanedFile.Row document = CleanedFile.Row.of(reader);
        StageCounts.Where where = new StageCounts.Where(document.source(), document.language());
        if (Arrays.binarySearch(duplicates, number++) >= 0) {
          counts.drop(where, "exact_dedup", "duplicate", document.text());
        } else {
          pack(document, where, writer);
        }
      }
      return new Receipt(
          cleaned, hash(duplicates), writer.commit(), cutTokens, droppedTokens, counts.rows());
    }
  }

  private void pack(CleanedFile.Row document, StageCounts.Where where, ShardWriter writer)
      throws IOException {
    Packer.Packed packed = packer.pack(encoder.encode(document.text()), document.documentId());
    cutTokens += packed.cut();
    droppedTokens += packed.droppedTail();
    if (packed.blocks().isEmpty()) {
      counts.drop(where, "packing", "too_few_tokens", document.text());
      return;
    }
    counts.pass(where, StageCounts.PACKED, document.text());
    int block = 0;
    for (int[] ids : packed.blocks()) {
      writer.append(new Sample(ids, document.source(), document.documentId(), block++));
    }
  }
}
