package io.retromae.embed.job;

import io.retromae.spark.PhaseProgress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.spark.api.java.JavaSparkContext;

/** Says how far the job is; embedding by texts, texts/s and time to go. */
public final class EmbedProgress extends PhaseProgress {
  /** Job group in which texts are embedded. */
  public static final String ENCODE = "retromae-embed-encode";

  private long total;

  /** Follows nothing yet. */
  EmbedProgress(JavaSparkContext spark, LongSupplier clock) {
    super(
        spark,
        clock,
        "embed",
        Set.of(EmbedCounters.TEXTS, EmbedCounters.TOKENS, EmbedCounters.EARLIER));
  }

  /**
   * Follows the tasks of a Spark.
   *
   * @param told takes a line every second while there are tasks
   */
  public static EmbedProgress follow(JavaSparkContext spark, Consumer<String> told) {
    EmbedProgress progress = new EmbedProgress(spark, System::nanoTime);
    progress.follow(told);
    return progress;
  }

  /** So many rows are to be embedded. */
  public synchronized void expect(long rows) {
    total = rows;
    beginAnew();
  }

  @Override
  protected Optional<String> counted(String group, Reached reached) {
    if (!group.equals(ENCODE)) {
      return Optional.empty();
    }
    long texts = reached.count(EmbedCounters.TEXTS);
    long tokens = reached.count(EmbedCounters.TOKENS);
    long earlier = reached.count(EmbedCounters.EARLIER);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%,d of %,d texts, %,.0f texts/s%s%s",
            texts + earlier,
            total,
            texts / reached.seconds(),
            tokens == 0 ? "" : ", %,.0f tokens/s".formatted(tokens / reached.seconds()),
            reached.eta(texts, total - earlier)));
  }
}
