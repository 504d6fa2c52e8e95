package io.retromae.training.worker;

import io.retromae.training.loop.StepReport;
import io.retromae.training.loop.StepReport.RankTimes;
import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Sums over all workers as Spark accumulators: the Spark UI shows them with the stage, by task.
 * Spark takes over what a task added when it has ended well; a failed attempt adds nothing.
 *
 * @param steps steps done
 * @param tokens tokens read
 * @param samples rows read
 * @param dataMs worker time spent waiting for data
 * @param computeMs worker time in forward and backward passes
 * @param communicationMs worker time exchanging gradients
 * @param idleMs worker time waiting for slower workers
 */
public record WorkCounters(
    LongAccumulator steps,
    LongAccumulator tokens,
    LongAccumulator samples,
    LongAccumulator dataMs,
    LongAccumulator computeMs,
    LongAccumulator communicationMs,
    LongAccumulator idleMs)
    implements Serializable {

  /** Registers them on the driver; once for a run. */
  public static WorkCounters register(JavaSparkContext spark) {
    return new WorkCounters(
        spark.sc().longAccumulator("retromae.steps"),
        spark.sc().longAccumulator("retromae.tokens"),
        spark.sc().longAccumulator("retromae.samples"),
        spark.sc().longAccumulator("retromae.data_ms"),
        spark.sc().longAccumulator("retromae.compute_ms"),
        spark.sc().longAccumulator("retromae.communication_ms"),
        spark.sc().longAccumulator("retromae.idle_ms"));
  }

  /** Counts a step in a rank's task: its own times, and on rank 0 what all ranks did. */
  void add(StepReport report, int rank) {
    RankTimes times = report.rankTimes().get(rank);
    dataMs.add(Math.round(times.dataMs()));
    computeMs.add(Math.round(times.computeMs()));
    communicationMs.add(Math.round(times.communicationMs()));
    idleMs.add(Math.round(times.idleMs()));
    if (rank == 0) {
      steps.add(1);
      tokens.add(report.tokens());
      samples.add(report.samples());
    }
  }
}
