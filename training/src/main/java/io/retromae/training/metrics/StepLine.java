package io.retromae.training.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.loop.StepReport;
import io.retromae.training.loop.StepReport.RankTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** A logged step as JSON (metrics file) and as a line (console); the same names in both. */
public final class StepLine {
  static final String LOSS_OF_TERM = "_loss";
  static final String GAUGE = "batch_";
  static final String ROWS_PER_SECOND = "rows_per_s";
  static final String MFU = "mfu";
  private static final String RESIDENT = "rss_mb";

  private StepLine() {}

  /**
   * How fast it goes, since the line before.
   *
   * @param tokensPerSecond of all ranks
   * @param rowsPerSecond told if the objective has gauges, whose figures are of rows
   * @param mfu share of the devices' peak that the model's own operations take (model FLOPs
   *     utilization, PaLM, arXiv:2204.02311, appendix B); empty if nobody knows the peak
   */
  public record Speed(double tokensPerSecond, double rowsPerSecond, OptionalDouble mfu) {}

  /** For the driver. */
  public static ObjectNode toMessage(StepReport report, Speed speed) {
    ObjectNode json = Progress.message("step");
    json.put("step", report.step()).put("epoch", report.epoch());
    json.put("loss", report.losses().total());
    report.losses().terms().forEach((term, mean) -> json.put(term + LOSS_OF_TERM, mean));
    report.gauges().forEach((gauge, figure) -> json.put(GAUGE + gauge, figure));
    json.put("grad_norm", report.gradNorm()).put("lr", report.learningRate());
    json.put("skipped_steps", report.state().skippedSteps());
    json.put("tokens", report.tokens()).put("samples", report.samples());
    json.put("tokens_per_s", Math.rint(speed.tokensPerSecond()));
    if (!report.gauges().isEmpty()) {
      json.put(ROWS_PER_SECOND, Math.rint(10 * speed.rowsPerSecond()) / 10);
    }
    speed.mfu().ifPresent(mfu -> json.put(MFU, rounded(mfu)));
    List<RankTimes> times = report.rankTimes();
    put(json, "data_wait_ms", "rank_data_ms", times, RankTimes::dataMs);
    put(json, "compute_ms", "rank_compute_ms", times, RankTimes::computeMs);
    put(json, "communication_ms", "rank_communication_ms", times, RankTimes::communicationMs);
    put(json, "idle_ms", "rank_idle_ms", times, RankTimes::idleMs);
    SlowestRank slowest = SlowestRank.of(times);
    json.put("slowest_rank", slowest.rank());
    json.put("slowest_pct", Math.rint(slowest.percentSlower()));
    List<Long> resident = report.rankResidentBytes();
    json.put(RESIDENT, megabytes(resident.stream().mapToLong(Long::longValue).max().orElse(0)));
    ArrayNode byRank = json.putArray("rank_rss_mb");
    resident.forEach(bytes -> byRank.add(megabytes(bytes)));
    return json;
  }

  /** To four digits behind the point. */
  static double rounded(double mfu) {
    return Math.rint(1e4 * mfu) / 1e4;
  }

  private static double megabytes(long bytes) {
    return Math.rint(bytes / 1e6);
  }

  /** The largest over the ranks under one name, all of them, by rank, under the other. */
  private static void put(
      ObjectNode json,
      String largest,
      String byRank,
      List<RankTimes> times,
      ToDoubleFunction<RankTimes> of) {
    json.put(largest, times.stream().mapToDouble(of).max().orElse(0));
    ArrayNode array = json.putArray(byRank);
    times.forEach(rank -> array.add(Math.rint(10 * of.applyAsDouble(rank)) / 10));
  }

  /** What was unusual in a step; most have nothing. */
  public static List<ObjectNode> warnings(StepReport report) {
    List<ObjectNode> warnings = new ArrayList<>();
    double loss = report.losses().total();
    if (report.skipped()) {
      ObjectNode skipped = Progress.message("step_skipped").put("step", report.step());
      skipped.put("loss", loss).put("grad_norm", report.gradNorm());
      skipped.put("skipped_steps", report.state().skippedSteps());
      warnings.add(skipped.put("in_a_row", report.state().skippedInARow()));
    }
    if (report.spike().isPresent()) {
      ObjectNode spike = Progress.message("loss_spike").put("step", report.step());
      spike.put("loss", loss).put("mean", report.spike().get().mean());
      warnings.add(spike.put("deviation", report.spike().get().deviation()));
    }
    return warnings;
  }

  public static String toLine(JsonNode json) {
    List<String> keys = new ArrayList<>(List.of("loss"));
    json.fieldNames()
        .forEachRemaining(
            key -> {
              if (key.endsWith(LOSS_OF_TERM) || key.startsWith(GAUGE)) {
                keys.add(key);
              }
            });
    keys.addAll(
        List.of(
            "grad_norm",
            "lr",
            "tokens_per_s",
            ROWS_PER_SECOND,
            MFU,
            "data_wait_ms",
            "compute_ms",
            "communication_ms",
            "idle_ms",
            "slowest_rank",
            "slowest_pct",
            RESIDENT));
    return "step="
        + json.get("step").asLong()
        + " "
        + keys.stream()
            .filter(json::has)
            .filter(key -> !key.equals(RESIDENT) || EventLine.number(json, key) != 0)
            .map(key -> key + "=" + format(key, EventLine.number(json, key)))
            .collect(Collectors.joining(" "));
  }

  private static String format(String key, double value) {
    boolean fine = key.endsWith("loss") || key.startsWith(GAUGE);
    String pattern =
        switch (key) {
          case "lr" -> "%.1e";
          case "grad_norm", MFU -> "%.3f";
          case ROWS_PER_SECOND -> "%.1f";
          default -> fine ? "%.4f" : "%.0f";
        };
    return String.format(Locale.ROOT, pattern, value);
  }
}
