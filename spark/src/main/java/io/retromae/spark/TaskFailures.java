package io.retromae.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import java.io.IOException;
import java.io.ObjectStreamException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;

/** What a failed Spark job means to the person who started it. */
public final class TaskFailures {
  private TaskFailures() {}

  /**
   * Keeps an attempt that is being killed, whose reads may have failed, from saying that its work
   * is done.
   *
   * @param what it is about to publish
   */
  public static void refuseInterrupted(String what) {
    TaskContext task = TaskContext.get();
    if (task != null && task.isInterrupted()) {
      throw new ClusterException(
          what + ": this attempt was interrupted; another one does the work");
    }
  }

  /**
   * The failure of a task that lies behind Spark's own: one of our kinds as it is, a failure to
   * read or write as a {@link ClusterException}, anything else unchanged.
   */
  public static RuntimeException meaningOf(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isOurs(cause)) {
        return (RuntimeException) cause;
      }
      if (cause instanceof ObjectStreamException
          || cause instanceof CharacterCodingException
          || cause instanceof JsonProcessingException) {
        return new IllegalStateException(cause.getMessage(), failure);
      }
      if (cause instanceof IOException || cause instanceof UncheckedIOException) {
        return new ClusterException("storage failed in a task: " + cause.getMessage(), failure);
      }
    }
    if (failure instanceof RuntimeException own) {
      return own;
    }
    Throwable behind = failure.getCause();
    if (behind instanceof RuntimeException || behind instanceof Error) {
      return new IllegalStateException("a task failed: " + behind, failure);
    }
    if (failure instanceof SparkException) {
      String first = failure.getMessage().lines().findFirst().orElse("");
      return new ClusterException("the Spark job failed: " + first, failure);
    }
    return new IllegalStateException(failure);
  }

  /** The first failure of our kinds among all that lie behind one; empty if there is none. */
  public static Optional<RuntimeException> oursBehind(Exception failure) {
    return Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause)
        .filter(TaskFailures::isOurs)
        .map(RuntimeException.class::cast)
        .findFirst();
  }

  private static boolean isOurs(Throwable cause) {
    return cause instanceof ConfigException
        || cause instanceof CorruptDataException
        || cause instanceof ClusterException;
  }
}
