package io.retromae.training.worker;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** What a worker's failure means for the job. */
public enum FailureKind {
  /** The user has to mend the configuration: the job ends. */
  CONFIG,

  /** The user has to mend the data: the job ends. */
  DATA,

  /** Another rank was lost, or did not behave: this one only tells of it. */
  CLUSTER,

  /** The task was cancelled, because of something else. */
  CANCELLED,

  /** This rank's own: too little memory, an error of the engine or of storage, a bug. */
  OWN;

  /** Of what a worker's task threw. */
  static FailureKind of(Throwable e, boolean taskCancelled) {
    if (taskCancelled && isInterruption(e)) {
      return CANCELLED; // an interrupt where a file system is opened, say, looks like a wrong path
    }
    if (e instanceof ConfigException) {
      return CONFIG;
    }
    if (e instanceof CorruptDataException) {
      return DATA;
    }
    if (taskCancelled) {
      return CANCELLED;
    }
    return e instanceof ClusterException ? CLUSTER : OWN;
  }

  private static boolean isInterruption(Throwable e) {
    return Stream.iterate(e, Objects::nonNull, Throwable::getCause)
        .anyMatch(
            cause ->
                cause instanceof InterruptedException
                    || cause instanceof InterruptedIOException
                    || cause instanceof ClosedByInterruptException);
  }

  /** Whether another attempt would fail alike. */
  public boolean endsTheJob() {
    return this == CONFIG || this == DATA;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** By what {@link #text} gives. */
  public static FailureKind of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
