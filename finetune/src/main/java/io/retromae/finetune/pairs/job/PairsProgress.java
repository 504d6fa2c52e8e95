package io.retromae.finetune.pairs.job;

import io.retromae.spark.PhaseProgress;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/** Says how far the job is, by tasks. */
final class PairsProgress extends PhaseProgress {
  /** Groups of Spark's jobs begin so. */
  static final String GROUP = "retromae-pairs";

  private PairsProgress(JavaSparkContext spark) {
    super(spark, System::nanoTime, "pairs", Set.of());
  }

  static PairsProgress follow(JavaSparkContext spark, Consumer<String> told) {
    PairsProgress progress = new PairsProgress(spark);
    progress.follow(told);
    return progress;
  }

  @Override
  protected Optional<String> counted(String group, Reached reached) {
    return Optional.empty();
  }
}
