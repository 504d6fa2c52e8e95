package io.retromae.training.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a run's metrics.jsonl tells, in bounded memory. */
final class RunMetrics {
  /** The prefix of what was measured on held-out texts. */
  static final String EVALUATION = "eval_";

  /** Curves beyond are not kept: no run has so many. */
  private static final int MOST_CURVES = 300;

  private final Map<String, Curve> curves = new LinkedHashMap<>();
  private final Map<RankSums.Part, Curve> times = new LinkedHashMap<>();
  private final Curve seconds = new Curve();
  private final RankSums ranks = new RankSums();
  private final RunEvents events = new RunEvents();
  private Optional<Instant> begin = Optional.empty();
  private Optional<Instant> end = Optional.empty();
  private long step;
  private double tokens;
  private long unreadable;

  /** Takes a line that counts. */
  void add(JsonNode line) {
    instant(line).ifPresent(this::see);
    double now = sinceBegin(line);
    if (line.has("event")) {
      events.add(line, step, now);
      return;
    }
    long at = line.path("step").asLong();
    boolean trained = line.has("loss");
    if (trained) {
      tokens += line.path("tokens").asDouble() * Math.max(0, at - step);
      step = at;
      seconds.add(at, now);
      ranks.add(line);
      for (RankSums.Part part : RankSums.Part.values()) {
        times.computeIfAbsent(part, p -> new Curve()).add(at, part.mean(line));
      }
    }
    line.fieldNames().forEachRemaining(key -> figure(at, key, line.path(key)));
  }

  private void figure(long at, String key, JsonNode value) {
    boolean number = value.isNumber() || MetricsFile.isSpelledNumber(value);
    if (number && !key.equals("step") && (curves.size() < MOST_CURVES || curves.containsKey(key))) {
      curves.computeIfAbsent(key, k -> new Curve()).add(at, MetricsFile.number(value));
    }
  }

  /** Counts a line that is no JSON. */
  void addUnreadable() {
    unreadable++;
  }

  private void see(Instant time) {
    begin = begin.or(() -> Optional.of(time));
    end = Optional.of(time);
  }

  private static Optional<Instant> instant(JsonNode line) {
    try {
      return line.has("time")
          ? Optional.of(Instant.parse(line.path("time").asText()))
          : Optional.empty();
    } catch (DateTimeException e) { // a line of another program: it has no place in time
      return Optional.empty();
    }
  }

  private double sinceBegin(JsonNode line) {
    Optional<Instant> time = instant(line);
    return time.isPresent() && begin.isPresent()
        ? (time.get().toEpochMilli() - begin.get().toEpochMilli()) / 1e3
        : Double.NaN;
  }

  /** A figure's curve; an empty one if it was never told. */
  Curve curve(String key) {
    return curves.getOrDefault(key, new Curve());
  }

  /** The keys of all figures, in the order in which they came. */
  List<String> keys() {
    return List.copyOf(curves.keySet());
  }

  /** Keys of figures that were measured on held-out texts. */
  Stream<String> evaluated() {
    return curves.keySet().stream()
        .filter(key -> key.startsWith(EVALUATION))
        .filter(key -> !key.equals("eval_samples") && !key.endsWith("_seconds"));
  }

  /** The mean over ranks of each part of a step. */
  Map<RankSums.Part, Curve> times() {
    return Collections.unmodifiableMap(times);
  }

  /** Seconds since the run's beginning, by step. */
  Curve seconds() {
    return seconds;
  }

  RankSums ranks() {
    return ranks;
  }

  RunEvents events() {
    return events;
  }

  /** When the first line was written. */
  Optional<Instant> begin() {
    return begin;
  }

  /** When the newest line was written. */
  Optional<Instant> end() {
    return end;
  }

  /** The last step that was told. */
  long step() {
    return step;
  }

  /** Tokens read so far, taking steps that were not told for those told after them. */
  double tokens() {
    return tokens;
  }

  /** Lines that are no JSON, a torn last one not counted. */
  long unreadable() {
    return unreadable;
  }
}
