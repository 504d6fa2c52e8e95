package io.retromae.spark;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TaskFailuresTest {
  private static SparkException sparks(Throwable cause) {
    return new SparkException("Job aborted\nDriver stacktrace:", cause);
  }

  static Stream<RuntimeException> ours() {
    return Stream.of(
        new ConfigException("a setting"),
        new CorruptDataException("a file"),
        new ClusterException("a worker"));
  }

  @ParameterizedTest
  @MethodSource("ours")
  void aFailureOfOursIsFoundBehindSparks(RuntimeException ours) {
    SparkException failure = sparks(new IllegalStateException(ours));

    assertSame(ours, TaskFailures.meaningOf(failure));
    assertEquals(Optional.of(ours), TaskFailures.oursBehind(failure));
  }

  @ParameterizedTest
  @MethodSource("ours")
  void storageThatFailsComesBeforeWhatItFailedFor(RuntimeException ours) {
    SparkException failure = sparks(new IOException("disk full", ours));

    assertSaid(ClusterException.class, "storage failed in a task: disk full", failure);
    assertEquals(Optional.of(ours), TaskFailures.oursBehind(failure));
  }

  @Test
  void otherFailuresAreToldByTheirKind() {
    assertSaid(
        ClusterException.class,
        "storage failed in a task: gone",
        sparks(new UncheckedIOException("gone", new IOException())));
    assertSaid(
        IllegalStateException.class, "a.Class", sparks(new NotSerializableException("a.Class")));
    assertSaid(
        IllegalStateException.class,
        "a task failed: java.lang.ArithmeticException: / by zero",
        sparks(new ArithmeticException("/ by zero")));
    assertSaid(ClusterException.class, "the Spark job failed: Job aborted", sparks(null));
    RuntimeException own = new IllegalArgumentException();
    assertSame(own, TaskFailures.meaningOf(own));
    assertEquals(Optional.empty(), TaskFailures.oursBehind(own));
  }

  private static void assertSaid(Class<?> kind, String message, Exception failure) {
    RuntimeException meaning = TaskFailures.meaningOf(failure);
    assertInstanceOf(kind, meaning);
    assertEquals(message, meaning.getMessage());
  }

  @Test
  void nobodyIsInterruptedOutsideOfTasks() {
    assertDoesNotThrow(() -> TaskFailures.refuseInterrupted("a receipt"));
  }
}
