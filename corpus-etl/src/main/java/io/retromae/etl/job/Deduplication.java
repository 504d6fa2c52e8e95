package io.retromae.etl.job;

import io.retromae.core.hash.Sha256;
import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.etl.dedup.DedupPlan;
import io.retromae.etl.dedup.DedupSettings;
import io.retromae.etl.dedup.DedupStatistics;
import io.retromae.etl.dedup.DocumentRow;
import io.retromae.etl.dedup.NearDuplicates;
import io.retromae.etl.dedup.ShingleReader.Candidate;
import io.retromae.etl.dedup.ShingleSet;
import io.retromae.etl.language.Language;
import io.retromae.etl.text.Words;
import io.retromae.etl.work.CleanedFile;
import io.retromae.etl.work.DropList;
import io.retromae.etl.work.EtlContext;
import io.retromae.etl.work.RowIterator;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.roaringbitmap.RoaringBitmap;

/** Finds duplicates among the cleaned documents of all units; leaves a {@link DropList} of each. */
final class Deduplication {
  private final JavaSparkContext spark;
  private final EtlContext context;
  private final DedupSettings settings;
  private final List<CleanTask.Receipt> cleaned;

  Deduplication(
      JavaSparkContext spark,
      EtlContext context,
      DedupSettings settings,
      List<CleanTask.Receipt> cleaned) {
    this.spark = spark;
    this.context = context;
    this.settings = settings;
    this.cleaned = List.copyOf(cleaned);
  }

  /**
   * What a finished deduplication leaves beside the drop lists.
   *
   * @param identity hash of the files that it looked at
   * @param statistics what it found
   */
  record Receipt(String identity, DedupStatistics statistics) implements Receipts.Receipt {
    @Override
    public List<String> files() {
      return List.of();
    }
  }

  /** Whether the settings ask for any of it. */
  static boolean wanted(DedupSettings settings) {
    return settings.exact() || settings.minhash().enabled();
  }

  /** Runs it, unless a receipt says that it has been done. */
  DedupStatistics run() {
    List<String> files = cleaned.stream().map(CleanTask.Receipt::cleaned).toList();
    String identity = Sha256.of(String.join(" ", files));
    Optional<Receipt> done = context.receipt("dedup", Receipt.class);
    if (done.isPresent() && done.get().identity().equals(identity)) {
      return done.get().statistics();
    }
    EtlContext context = this.context; // for tasks, which must not take this object along
    DedupSettings.MinHashSettings minhash = settings.minhash();
    DedupStatistics statistics =
        new NearDuplicates(SparkSession.builder().sparkContext(spark.sc()).getOrCreate(), plan())
            .run(
                rows(context, files),
                (unit, rows) -> candidates(context, files.get(unit), minhash, unit, rows),
                (unit, exact, near) -> new DropList(exact, near).write(context.folder(), unit));
    context.publishReceipt("dedup", new Receipt(identity, statistics));
    return statistics;
  }

  private DedupPlan plan() {
    long documents = cleaned.stream().mapToLong(CleanTask.Receipt::kept).sum();
    return DedupPlan.of(
        settings, cleaned.size(), documents, spark.defaultParallelism(), context.work());
  }

  private JavaRDD<DocumentRow> rows(EtlContext context, List<String> files) {
    List<Integer> units = IntStream.range(0, files.size()).boxed().toList();
    return spark
        .parallelize(units, Math.max(1, units.size()))
        .flatMap(unit -> rows(context, files.get(unit), unit));
  }

  private static Iterator<DocumentRow> rows(EtlContext context, String file, int unit)
      throws IOException {
    return new RowIterator<>(
        CleanedFile.openForDedup(context, file),
        (row, number) -> Optional.of(CleanedFile.documentRow(row, unit, number)));
  }

  private static Iterator<Candidate> candidates(
      EtlContext context,
      String file,
      DedupSettings.MinHashSettings minhash,
      int unit,
      RoaringBitmap rows) {
    List<Column> columns = List.of(CleanedFile.LANGUAGE, CleanedFile.TEXT);
    try {
      ColumnTable.Reader reader = context.read(file, columns);
      return new RowIterator<>(
          reader,
          (row, number) ->
              rows.contains(number)
                  ? Optional.of(candidate(row, minhash, DocumentRow.place(unit, number)))
                  : Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Candidate candidate(
      ColumnTable.Reader row, DedupSettings.MinHashSettings minhash, long place) {
    Language language = Language.valueOf(row.text(0).toUpperCase(Locale.ROOT));
    Words words = Words.of(row.text(1));
    int shingle = minhash.shingle(language);
    return new Candidate(place, ShingleSet.of(words, shingle, minhash.verifySketch()));
  }
}
