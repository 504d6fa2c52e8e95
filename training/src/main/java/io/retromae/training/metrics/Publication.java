package io.retromae.training.metrics;

import io.retromae.core.failure.ClusterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes of one kind of file to storage that may fail for a while, which is said once. */
final class Publication {
  private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

  private final String what;
  private boolean failing;

  /** Of files that are called so in the warning. */
  Publication(String what) {
    this.what = what;
  }

  /** Whether it was written; if not, the next time does it. */
  boolean attempt(Runnable write) {
    try {
      write.run();
      failing = false;
    } catch (ClusterException e) {
      if (!failing) {
        LOG.warn("event={}_not_published reason={}", what, e.getMessage());
      }
      failing = true;
    }
    return !failing;
  }
}
