package io.retromae.etl.job;

import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.etl.decontaminate.CommonNGrams;
import io.retromae.etl.decontaminate.DecontaminationSettings;
import io.retromae.etl.decontaminate.HeldOutDocuments;
import io.retromae.etl.decontaminate.Hits;
import io.retromae.etl.dedup.DedupSettings;
import io.retromae.etl.dedup.FrequentLines;
import io.retromae.etl.dedup.LineCounts;
import io.retromae.etl.dedup.LineHashes;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.work.CleanedFile;
import io.retromae.etl.work.DropList;
import io.retromae.etl.work.EtlContext;
import io.retromae.etl.work.RowIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Counts, over all documents that are no duplicates, what {@link Withheld} must know. */
final class WithheldTexts {
  private final JavaSparkContext spark;
  private final EtlContext context;
  private final List<CleanTask.Receipt> cleaned;
  private final boolean dropLists;

  WithheldTexts(
      JavaSparkContext spark,
      EtlContext context,
      List<CleanTask.Receipt> cleaned,
      boolean dropLists) {
    this.spark = spark;
    this.context = context;
    this.cleaned = List.copyOf(cleaned);
    this.dropLists = dropLists;
  }

  /**
   * Finds them.
   *
   * @param heldOut documents that are left out by their id
   * @param tasks names of benchmarks, by the ids in hits
   */
  Withheld find(EtlConfig config, HeldOutDocuments heldOut, List<String> tasks) {
    DedupSettings.LineSettings lines = config.dedup().lines();
    return new Withheld(
        dropLists,
        heldOut,
        lines.enabled() ? frequentLines(lines) : FrequentLines.none(),
        tasks,
        config.decontaminate().enabled() ? common(config.decontaminate()) : CommonNGrams.none());
  }

  private FrequentLines frequentLines(DedupSettings.LineSettings settings) {
    int minUnits = settings.minUnits();
    JavaPairRDD<String, long[]> documents =
        documents(
                List.of(CleanedFile.SOURCE, CleanedFile.TEXT),
                row -> new Tuple2<>(row.text(0), LineHashes.of(row.text(1), minUnits)))
            .mapToPair(document -> document);
    SparkSession session = SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
    return LineCounts.frequent(session, documents, settings);
  }

  /** N-grams of benchmarks in more documents than the settings allow; few, as benchmarks are. */
  private CommonNGrams common(DecontaminationSettings settings) {
    long most = settings.maxDocuments();
    JavaRDD<String> hits = documents(List.of(CleanedFile.HITS), row -> row.text(0));
    List<Long> common =
        hits.flatMapToPair(WithheldTexts::once)
            .reduceByKey(Long::sum)
            .filter(count -> count._2() > most)
            .keys()
            .collect();
    return CommonNGrams.of(common);
  }

  private static Iterator<Tuple2<Long, Long>> once(String hits) {
    List<Tuple2<Long, Long>> ones = new ArrayList<>();
    for (long hash : Hits.decode(hits).distinctHashes()) {
      ones.add(new Tuple2<>(hash, 1L));
    }
    return ones.iterator();
  }

  /** A value of each document that is no duplicate. */
  private <T> JavaRDD<T> documents(List<Column> columns, RowValue<T> value) {
    EtlContext context = this.context; // for tasks, which must not take this object along
    boolean dropLists = this.dropLists;
    List<Tuple2<Integer, String>> files = new ArrayList<>();
    for (int unit = 0; unit < cleaned.size(); unit++) {
      files.add(new Tuple2<>(unit, cleaned.get(unit).cleaned()));
    }
    return spark
        .parallelize(files, Math.max(1, files.size()))
        .flatMap(file -> values(context, file, dropLists, columns, value));
  }

  /** A function of a row that travels to tasks. */
  private interface RowValue<T> extends Function<ColumnTable.Reader, T>, java.io.Serializable {}

  private static <T> Iterator<T> values(
      EtlContext context,
      Tuple2<Integer, String> file,
      boolean dropLists,
      List<Column> columns,
      RowValue<T> value)
      throws IOException {
    DropList drops = dropLists ? DropList.read(context.folder(), file._1()) : DropList.none();
    return new RowIterator<>(
        context.read(file._2(), columns),
        (row, number) -> drops.contains(number) ? Optional.empty() : Optional.of(value.apply(row)));
  }
}
