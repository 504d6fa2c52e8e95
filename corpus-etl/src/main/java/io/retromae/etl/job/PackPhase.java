package io.retromae.etl.job;

import io.retromae.core.shard.ShardEntry;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.work.EtlContext;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** First half of pass B on the cluster: every unit's documents become samples. */
final class PackPhase {
  private final JavaSparkContext spark;
  private final EtlContext context;

  PackPhase(JavaSparkContext spark, EtlContext context) {
    this.spark = spark;
    this.context = context;
  }

  /**
   * What came of it.
   *
   * @param receipts in the order of the units, light
   * @param counts of all units
   */
  record Packed(List<PackTask.Receipt> receipts, StageCounts.Counts counts) {
    Packed {
      receipts = List.copyOf(receipts);
    }

    /** Whether no unit has a sample. */
    boolean isEmpty() {
      return receipts.stream().allMatch(receipt -> receipt.samples().samples() == 0);
    }

    /** The files of samples, in the order of the units. */
    List<ShardEntry> samples() {
      return receipts.stream().map(PackTask.Receipt::samples).toList();
    }
  }

  /**
   * Packs all units.
   *
   * @param cleaned the units and what cleaning left of them
   * @param withheld what is left out of their texts
   */
  Packed run(CleanPhase.Cleaned cleaned, Withheld withheld) {
    EtlContext context = this.context; // for tasks, which must not take this object along
    List<Tuple2<EtlUnit, String>> work = new ArrayList<>();
    for (EtlUnit unit : cleaned.units()) {
      work.add(new Tuple2<>(unit, cleaned.receipts().get(unit.number()).cleaned()));
    }
    Broadcast<Withheld> leftOut = spark.broadcast(withheld);
    spark.setJobGroup("retromae-etl-pack", "sentences, ids, blocks", true);
    spark
        .parallelize(work, Math.max(1, work.size()))
        .foreach(w -> PackTask.run(context, w._1(), w._2(), leftOut.value()));
    StageCounts counts = new StageCounts();
    List<PackTask.Receipt> packed = new ArrayList<>();
    for (EtlUnit unit : cleaned.units()) {
      PackTask.Receipt receipt = PackTask.receipt(context, unit.number());
      counts.add(receipt.counts());
      packed.add(receipt.light());
    }
    return new Packed(packed, counts.counts());
  }

  /** The samples of a finished unit; for tasks, too. */
  static ShardEntry samples(EtlContext context, int unit) {
    return PackTask.receipt(context, unit).samples();
  }
}
