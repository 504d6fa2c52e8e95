package io.retromae.training.measure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run has measured first and last, by the metrics' names; it is saved with the run.
 *
 * @param first values of each metric's first measurement
 * @param last values of each metric's last measurement
 */
public record Figures(Map<String, Figure> first, Map<String, Figure> last) {
  /** Nothing measured. */
  public static final Figures NONE = new Figures(Map.of(), Map.of());

  /**
   * A value.
   *
   * @param step steps done when it was measured
   * @param value of the metric
   */
  public record Figure(long step, double value) {}

  /** Keeps the order. */
  public Figures {
    first = Collections.unmodifiableMap(new LinkedHashMap<>(first));
    last = Collections.unmodifiableMap(new LinkedHashMap<>(last));
  }

  /** With newer values. */
  public Figures with(long step, Map<String, Double> values) {
    Map<String, Figure> begun = new LinkedHashMap<>(first);
    Map<String, Figure> now = new LinkedHashMap<>(last);
    values.forEach(
        (name, value) -> {
          begun.putIfAbsent(name, new Figure(step, value));
          now.put(name, new Figure(step, value));
        });
    return new Figures(begun, now);
  }
}
