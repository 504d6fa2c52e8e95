package io.retromae.etl.job;

import io.retromae.etl.decontaminate.BenchmarkIndexing;
import io.retromae.etl.decontaminate.NGramIndex;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlFile;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.plan.EtlUnits;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.work.EtlContext;
import io.retromae.etl.work.UnitDivision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Pass A on the cluster: large files are divided into units, then every unit is cleaned. */
final class CleanPhase {
  private final JavaSparkContext spark;
  private final EtlProgress following;
  private final EtlContext context;
  private final EtlConfig config;

  CleanPhase(JavaSparkContext spark, EtlContext context, EtlConfig config, EtlProgress following) {
    this.following = following;
    this.spark = spark;
    this.context = context;
    this.config = config;
  }

  /**
   * What came of it.
   *
   * @param units in the order of the inputs
   * @param receipts of the units, in the same order, light
   * @param counts of all units
   */
  record Cleaned(List<EtlUnit> units, List<CleanTask.Receipt> receipts, StageCounts.Counts counts) {
    Cleaned {
      units = List.copyOf(units);
      receipts = List.copyOf(receipts);
    }

    /** A sentence for each unit that was not read to its end. */
    List<String> badFiles() {
      return receipts.stream()
          .map(CleanTask.Receipt::error)
          .filter(error -> !error.isEmpty())
          .map(error -> error.get(1))
          .toList();
    }
  }

  /**
   * Cleans all files. Where a reader found that a file was divided in a wrong place, the file's
   * units are changed and cleaned again.
   */
  Cleaned run(List<EtlFile> files, BenchmarkIndexing benchmarks) {
    Broadcast<NGramIndex> index = spark.broadcast(benchmarks.index());
    List<EtlUnit> units =
        UnitDivision.divide(spark, context.folder(), config.reader(), files, "retromae-etl");
    Cleaned cleaned = clean(units, index);
    List<List<String>> errors = cleaned.receipts().stream().map(CleanTask.Receipt::error).toList();
    List<EtlUnit> mended = EtlUnits.mended(cleaned.units(), errors);
    boolean unchanged = mended.equals(cleaned.units());
    return unchanged ? cleaned : clean(mended, index); // only what changed is done again
  }

  private Cleaned clean(List<EtlUnit> units, Broadcast<NGramIndex> index) {
    EtlContext context = this.context; // for tasks, which must not take this object along
    List<EtlUnit> bySize = new ArrayList<>(units);
    bySize.sort(
        Comparator.comparingLong(EtlUnit::bytes).reversed()); // the longest task begins first
    spark.setJobGroup(EtlProgress.CLEAN, "clean " + units.size() + " units", true);
    CleanCounters counters = CleanCounters.register(spark);
    following.clean(units.stream().mapToLong(EtlUnit::bytes).sum());
    spark
        .parallelize(bySize, Math.max(1, bySize.size()))
        .foreach(unit -> CleanTask.run(context, unit, index.value(), counters));
    StageCounts counts = new StageCounts();
    List<CleanTask.Receipt> receipts = new ArrayList<>();
    for (EtlUnit unit : units) {
      CleanTask.Receipt receipt =
          context.receipt(CleanTask.receiptName(unit), CleanTask.Receipt.class).orElseThrow();
      counts.add(receipt.counts());
      receipts.add(receipt.light());
    }
    return new Cleaned(units, receipts, counts.counts());
  }
}
