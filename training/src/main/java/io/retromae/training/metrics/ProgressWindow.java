package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.loop.StepReport;
import io.retromae.training.loop.StepReport.RankTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Adds steps up and sums up a minute of them: how far the run is, how fast, what it waits for. */
public final class ProgressWindow {
  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final long totalSteps;
  private final double peak;
  private final LongSupplier clock;
  private final List<RankTimes> sums = new ArrayList<>();
  private long began;
  private long steps;
  private long tokens;
  private double flops;

  /**
   * The first window begins now.
   *
   * @param peak operations a second of all workers' devices; 0 if nobody knows
   * @param clock nanoseconds, as {@link System#nanoTime}
   */
  public ProgressWindow(long totalSteps, double peak, LongSupplier clock) {
    this.totalSteps = totalSteps;
    this.peak = peak;
    this.clock = clock;
    this.began = clock.getAsLong();
  }

  /** One more step; a message if the minute is over. */
  public Optional<ObjectNode> add(StepReport report) {
    steps++;
    tokens += report.tokens();
    flops += report.flops();
    for (int rank = 0; rank < report.rankTimes().size(); rank++) {
      RankTimes step = report.rankTimes().get(rank);
      if (rank == sums.size()) {
        sums.add(step);
      } else {
        sums.set(rank, sums.get(rank).plus(step));
      }
    }
    long nanos = clock.getAsLong() - began;
    return nanos < WINDOW_NANOS ? Optional.empty() : Optional.of(endWindow(report, nanos / 1e9));
  }

  private ObjectNode endWindow(StepReport report, double seconds) {
    RankTimes all = sums.stream().reduce(new RankTimes(0, 0, 0, 0), RankTimes::plus);
    SlowestRank slowest = SlowestRank.of(sums);
    ObjectNode json = Progress.message("progress").put("step", report.step());
    json.put("total", totalSteps).put("loss", report.losses().total());
    json.put("tokens_per_s", Math.rint(tokens / seconds));
    if (peak > 0) {
      json.put(StepLine.MFU, StepLine.rounded(flops / seconds / peak));
    }
    json.put("eta_s", Math.round((totalSteps - report.step()) * seconds / steps));
    json.put("slowest_rank", slowest.rank());
    json.put("slowest_pct", Math.rint(slowest.percentSlower()));
    double share = 100 / Math.max(all.sumMs(), Double.MIN_NORMAL);
    json.put("data_pct", Math.rint(share * all.dataMs()));
    json.put("compute_pct", Math.rint(share * all.computeMs()));
    json.put("communication_pct", Math.rint(share * all.communicationMs()));
    json.put("idle_pct", Math.rint(share * all.idleMs()));
    began = clock.getAsLong();
    steps = 0;
    tokens = 0;
    flops = 0;
    sums.clear();
    return json;
  }

  /** The message as a line of the console. */
  public static String toLine(JsonNode json) {
    Duration eta = Duration.ofSeconds(json.get("eta_s").asLong());
    return String.format(
        Locale.ROOT,
        "event=progress step=%d/%d loss=%.4f tokens_per_s=%.0f%s eta=%d:%02d:%02d slowest_rank=%d"
            + " slowest_pct=%.0f data_pct=%.0f compute_pct=%.0f communication_pct=%.0f idle_pct=%.0f",
        json.get("step").asLong(),
        json.get("total").asLong(),
        EventLine.number(json, "loss"),
        json.get("tokens_per_s").asDouble(),
        json.has(StepLine.MFU)
            ? String.format(Locale.ROOT, " mfu=%.3f", EventLine.number(json, StepLine.MFU))
            : "",
        eta.toHours(),
        eta.toMinutesPart(),
        eta.toSecondsPart(),
        json.get("slowest_rank").asInt(),
        json.get("slowest_pct").asDouble(),
        json.get("data_pct").asDouble(),
        json.get("compute_pct").asDouble(),
        json.get("communication_pct").asDouble(),
        json.get("idle_pct").asDouble());
  }
}
