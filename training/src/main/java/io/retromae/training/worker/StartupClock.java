package io.retromae.training.worker;

import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what the time before the first step went into, a line for each phase as it ends: {@code
 * event=startup process=rank-0 phase=engine ms=3010 since_process_start_ms=9120
 * epoch_ms=1780000000000}. For one thread.
 */
public final class StartupClock {
  private static final Logger LOG = LoggerFactory.getLogger(StartupClock.class);

  private final String process;
  private long phaseStart = System.nanoTime();
  private boolean ended;

  /** A clock of the driver or a rank; the first phase begins now. */
  public StartupClock(String process) {
    this.process = process;
  }

  /** A phase has ended; the next begins. */
  public void done(String phase) {
    long now = System.nanoTime();
    long epoch = System.currentTimeMillis();
    long processStart = ManagementFactory.getRuntimeMXBean().getStartTime();
    LOG.info(
        "event=startup process={} phase={} ms={} since_process_start_ms={} epoch_ms={}",
        process,
        phase,
        (now - phaseStart) / 1_000_000,
        epoch - processStart,
        epoch);
    phaseStart = now;
  }

  /** The last phase; what is told after it, of later steps, is not start-up. */
  void last(String phase) {
    if (!ended) {
      ended = true;
      done(phase);
    }
  }
}
