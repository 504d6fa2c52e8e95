package io.retromae.training.loop;

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
  /**
   * What was found.
   *
   * @param step steps done when it measured
   * @param figures by name, in order
   */
  record Report(long step, Map<String, Double> figures) {
    /** Keeps the order. */
    public Report {
      figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }
  }

  /** Measures nothing. */
  Probe NONE =
      new Probe() {
        @Override
        public boolean dueAfter(long step, long totalSteps) {
          return false;
        }

        @Override
        public Map<String, Double> measure(BertModel model, Collective ranks, Runnable goesOn) {
          return Map.of();
        }
      };

  /**
   * Whether it is to measure when this many steps are done; 0 for a fresh start. The same on every
   * rank.
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
