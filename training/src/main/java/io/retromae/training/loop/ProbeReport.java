package io.retromae.training.loop;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a {@link Probe} found.
 *
 * @param step steps done when it measured
 * @param figures by name, in order
 */
public record ProbeReport(long step, Map<String, Double> figures) {
  /** Keeps the order. */
  public ProbeReport {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }
}
