package io.retromae.training.attempt;

import io.retromae.training.worker.FailureKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the first cause among all that is said when an attempt ends. When one rank dies or hangs
 * the others tell of what they notice, which may be the effect of an effect; the one to blame says
 * nothing.
 */
final class Causes {
  private static final Pattern RANK = Pattern.compile("\\brank (\\d+)\\b");

  private final List<Said> failures = new ArrayList<>();
  private final Map<Integer, String> came = new TreeMap<>();
  private final Set<Integer> spoke = new HashSet<>();
  private Optional<String> verdict = Optional.empty();

  private record Said(int rank, FailureKind kind, String reason) {}

  /**
   * Why an attempt ended.
   *
   * @param kind what it means for the job
   * @param text for the user
   */
  record Cause(FailureKind kind, String text) {}

  /** A rank has given a sign of life. */
  synchronized void came(int rank) {
    came.putIfAbsent(rank, "");
  }

  /** A rank has told where it is. */
  synchronized void place(int rank, String place) {
    came.put(rank, " (" + place + ")");
  }

  /** A rank has ended well. */
  synchronized void done(int rank) {
    spoke.add(rank);
  }

  /** A rank has failed and told why. */
  synchronized void said(int rank, FailureKind kind, String reason) {
    spoke.add(rank);
    failures.add(new Said(rank, kind, reason));
  }

  /** The driver's own judgement, upon which it cancelled the attempt; the first one counts. */
  synchronized void judged(String cause) {
    verdict = verdict.or(() -> Optional.of(cause));
  }

  synchronized boolean hasVerdict() {
    return verdict.isPresent();
  }

  /**
   * The first cause.
   *
   * @param sparksReason what Spark said, for want of anything better
   */
  synchronized Cause first(String sparksReason) {
    return find(failure -> failure.kind().endsTheJob())
        .or(() -> verdict.map(text -> new Cause(FailureKind.CLUSTER, text)))
        .or(() -> find(failure -> failure.kind() == FailureKind.OWN))
        .or(() -> silent(sparksReason))
        .or(() -> find(failure -> failure.kind() == FailureKind.CLUSTER))
        .orElseGet(() -> new Cause(FailureKind.CLUSTER, sparksReason));
  }

  private Optional<Cause> find(Predicate<Said> which) {
    return failures.stream()
        .filter(which)
        .findFirst()
        .map(failure -> new Cause(failure.kind(), failure.reason()));
  }

  /** A rank that said nothing, best one that another one names. */
  private Optional<Cause> silent(String sparksReason) {
    Set<Integer> silent = new TreeSet<>(came.keySet());
    silent.removeAll(spoke);
    for (Said failure : failures) {
      Matcher named = RANK.matcher(failure.reason());
      while (named.find()) {
        if (silent.contains(Integer.parseInt(named.group(1)))) {
          return Optional.of(new Cause(FailureKind.CLUSTER, failure.reason()));
        }
      }
    }
    return silent.stream().findFirst().map(rank -> withoutAWord(rank, sparksReason));
  }

  private Cause withoutAWord(int rank, String sparksReason) {
    String known =
        find(failure -> failure.kind() == FailureKind.CLUSTER)
            .map(cause -> "another rank says: " + cause.text())
            .orElse(sparksReason);
    String text = "rank %d%s ended without a word; %s".formatted(rank, came.get(rank), known);
    return new Cause(FailureKind.CLUSTER, text);
  }
}
