package io.retromae.etl.job;

import io.retromae.spark.PhaseProgress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.spark.api.java.JavaSparkContext;

/** Says how far the job is; the first pass by documents, MB/s and time to go. */
final class EtlProgress extends PhaseProgress {
  /** Job group of the first pass. */
  static final String CLEAN = "retromae-etl-clean";

  private long totalBytes;

  /** Follows nothing yet. */
  EtlProgress(JavaSparkContext spark, LongSupplier clock) {
    super(
        spark,
        clock,
        "etl",
        Set.of(CleanCounters.DOCUMENTS, CleanCounters.TEXT_BYTES, CleanCounters.STORED_BYTES));
  }

  /**
   * Follows the tasks of a Spark.
   *
   * @param told takes a line every second while there are tasks
   */
  static EtlProgress follow(JavaSparkContext spark, Consumer<String> told) {
    EtlProgress progress = new EtlProgress(spark, System::nanoTime);
    progress.follow(told);
    return progress;
  }

  /** The first pass begins, over files of this size. */
  synchronized void clean(long bytes) {
    totalBytes = bytes;
  }

  @Override
  protected Optional<String> counted(String group, Reached reached) {
    if (!group.equals(CLEAN)) {
      return Optional.empty();
    }
    long stored = reached.count(CleanCounters.STORED_BYTES);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%,d documents, %.1f MB/s of text, %.1f of %.1f MB of files%s",
            reached.count(CleanCounters.DOCUMENTS),
            reached.count(CleanCounters.TEXT_BYTES) / 1e6 / reached.seconds(),
            stored / 1e6,
            totalBytes / 1e6,
            reached.eta(stored, totalBytes)));
  }
}
