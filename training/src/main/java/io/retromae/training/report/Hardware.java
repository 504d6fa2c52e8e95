package io.retromae.training.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the workers of a run said of the machines they ran on. */
final class Hardware {
  private static final String PEAK = "peak_tflops";

  private Hardware() {}

  /** What utilisation is a share of, in words, or why there is none; empty if nobody said. */
  static Optional<String> peak(Run run) {
    return run.metrics()
        .events()
        .peak()
        .map(
            peak ->
                peak.has(PEAK)
                    ? "of %s TFLOP/s of %s (%s)"
                        .formatted(
                            Words.figure(peak.path(PEAK).asDouble()),
                            Words.count(peak.path("workers").asLong(), "worker"),
                            peak.path("source").asText())
                    : "the peak is not known (%s); set logging.peak_tflops"
                        .formatted(peak.path("source").asText()));
  }

  /** The peak alone: {@code of 989.0 TFLOP/s}; empty if it is not known. */
  static Optional<String> shortPeak(Run run) {
    return run.metrics()
        .events()
        .peak()
        .filter(peak -> peak.has(PEAK))
        .map(peak -> "of %s TFLOP/s".formatted(Words.figure(peak.path(PEAK).asDouble())));
  }

  /** {@code 2 workers on 1 host, cpu}. */
  static String words(Run run) {
    Collection<JsonNode> workers = run.metrics().events().workers().values();
    if (workers.isEmpty()) {
      return Words.NONE;
    }
    long hosts = workers.stream().map(one -> one.path("host").asText()).distinct().count();
    String device =
        workers.stream()
            .map(one -> one.path("device").asText())
            .distinct()
            .limit(2)
            .collect(Collectors.joining(", "));
    return "%s on %s, %s"
        .formatted(Words.count(workers.size(), "worker"), Words.count(hosts, "host"), device);
  }

  /** {@code PyTorch 2.7.1}, of an engine's many lines. */
  static String engine(JsonNode worker) {
    return worker.path("engine").asText().replaceFirst("(?s),.*", "").replace(':', ' ');
  }
}
