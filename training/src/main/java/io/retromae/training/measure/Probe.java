package io.retromae.training.measure;

import io.retromae.training.bert.BertModel;
import io.retromae.training.collective.Collective;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures, every so many steps, what the model is good for, beside its loss. All ranks take part.
 * It must leave the model as it is and draw from no source of chance that training draws from: a
 * run with it has the bits of one without.
 */
public interface Probe {
  /** What it measures on: figures are called after it. */
  enum Kind {
    /** Held-out parts of what is trained on: {@code eval/NAME}. */
    HELD_OUT(""),
    /** Tasks of their own: {@code eval/probe_NAME}. */
    TASKS("probe_");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }

    /** The metric that a figure is. */
    public String metric(String figure) {
      return Metric.PREFIX + prefix + figure;
    }

    /** What stands before a figure's name. */
    public String prefix() {
      return prefix;
    }
  }

  /**
   * What was found.
   *
   * @param step steps done when it measured
   * @param kind of the probe
   * @param figures by name, in order
   */
  record Report(long step, Kind kind, Map<String, Double> figures) {
    /** Keeps the order. */
    public Report {
      figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** The figures by the names that users know: {@code eval/...}. */
    public Map<String, Double> metrics() {
      Map<String, Double> metrics = new LinkedHashMap<>();
      figures.forEach((name, value) -> metrics.put(kind.metric(name), value));
      return metrics;
    }
  }

  /** What it measures on. */
  Kind kind();

  /**
   * Whether it is to measure when this many steps are done; 0 for a fresh start. The same on every
   * rank. A run that is ended early asks with {@code totalSteps = step}.
   */
  boolean dueAfter(long step, long totalSteps);

  /**
   * Measures. Every rank must call it.
   *
   * @param goesOn to be called often by each rank: it may end the run, and shows that it is alive
   * @return figures by name, in the order in which they are reported; the same bits on every rank
   * @throws IOException if something cannot be read
   */
  Map<String, Double> measure(BertModel model, Collective ranks, Runnable goesOn)
      throws IOException;
}
