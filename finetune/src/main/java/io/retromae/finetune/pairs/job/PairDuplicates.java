package io.retromae.finetune.pairs.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.hash.Sha256;
import io.retromae.etl.dedup.DedupPlan;
import io.retromae.etl.dedup.DedupSettings;
import io.retromae.etl.dedup.DocumentRow;
import io.retromae.etl.dedup.NearDuplicates;
import io.retromae.etl.work.DropList;
import io.retromae.etl.work.RowIterator;
import io.retromae.spark.Receipts;
import io.retromae.spark.WorkFolder;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Finds pairs of equal letters and digits in all units, and those of too frequent queries; leaves a
 * drop list of each unit.
 */
final class PairDuplicates {
  private PairDuplicates() {}

  /**
   * What finished work leaves beside the drop lists.
   *
   * @param identity hash of the files that it looked at, and of the limit
   */
  private record Receipt(String identity) implements Receipts.Receipt {
    private static final long serialVersionUID = 1L;

    @Override
    public List<String> files() {
      return List.of();
    }
  }

  /**
   * Finds them, unless a receipt says that it has been done.
   *
   * @param maxPairsPerQuery of one query in a data set; 0 for any number
   */
  static void find(
      JavaSparkContext spark,
      WorkFolder folder,
      List<MakeTask.Receipt> made,
      int maxPairsPerQuery) {
    List<String> files = made.stream().map(MakeTask.Receipt::candidates).toList();
    String identity = Sha256.of(maxPairsPerQuery + " " + String.join(" ", files));
    Optional<Receipt> done = folder.receipts().read("duplicates", Receipt.class);
    if (done.isPresent() && done.get().identity().equals(identity)) {
      return;
    }
    spark.setJobGroup(PairsProgress.GROUP + "-duplicates", "equal pairs", true);
    DedupSettings exact =
        ConfigLoader.load(
                DedupSettings.class, List.of(), List.of("exact=true", "minhash.enabled=false"))
            .value();
    DedupPlan plan =
        DedupPlan.of(
            exact,
            files.size(),
            made.stream().mapToLong(MakeTask.Receipt::kept).sum(),
            spark.defaultParallelism(),
            folder.work());
    new NearDuplicates(SparkSession.builder().sparkContext(spark.sc()).getOrCreate(), plan)
        .run(
            rows(spark, folder, files),
            (unit, rows) -> Collections.emptyIterator(), // nothing is compared
            (unit, equal, near) -> new DropList(equal, near).write(folder, unit));
    if (maxPairsPerQuery > 0) {
      spark.setJobGroup(PairsProgress.GROUP + "-queries", "frequent queries", true);
      FrequentQueries.find(spark, folder, files, maxPairsPerQuery, plan.partitions());
    }
    folder.receipts().publish("duplicates", new Receipt(identity));
  }

  private static JavaRDD<DocumentRow> rows(
      JavaSparkContext spark, WorkFolder folder, List<String> files) {
    List<Integer> units = IntStream.range(0, files.size()).boxed().toList();
    return spark
        .parallelize(units, Math.max(1, units.size()))
        .flatMap(
            unit ->
                new RowIterator<>(
                    Candidates.openForDedup(folder, files.get(unit)),
                    (row, number) -> Optional.of(Candidates.documentRow(row, unit, number))));
  }
}
