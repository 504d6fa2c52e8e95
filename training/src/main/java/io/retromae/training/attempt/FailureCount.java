package io.retromae.training.attempt;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Failures in a row without a newer checkpoint in between, with their causes. */
final class FailureCount {
  private final int allowed;
  private final List<String> causes = new ArrayList<>();
  private long lastStep;

  /** Up to {@code allowed} - 1 of them are borne. */
  FailureCount(int allowed) {
    this.allowed = allowed;
  }

  /**
   * One more; the first again if a checkpoint was saved since the last, in whichever attempt.
   *
   * @param step of the newest checkpoint
   */
  void add(String cause, long step) {
    if (step > lastStep) {
      causes.clear();
    }
    lastStep = step;
    causes.add(cause);
  }

  boolean tooMany() {
    return causes.size() >= allowed;
  }

  /** "failure 1 of 3 without progress". */
  String count() {
    return "failure %d of %d without progress".formatted(causes.size(), allowed);
  }

  /** All causes, oldest first. */
  String describe() {
    return IntStream.range(0, causes.size())
        .mapToObj(i -> "(%d) %s".formatted(i + 1, causes.get(i)))
        .collect(Collectors.joining("; "));
  }
}
