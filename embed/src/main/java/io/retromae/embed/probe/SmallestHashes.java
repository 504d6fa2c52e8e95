package io.retromae.embed.probe;

import io.retromae.core.hash.Sha256;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Of any number of ids those with the smallest hashes, in whatever order they come. */
final class SmallestHashes {
  private static final Comparator<Hashed> SMALLEST_FIRST = Comparator.comparing(Hashed::hash);

  private final PriorityQueue<Hashed> kept = new PriorityQueue<>(SMALLEST_FIRST.reversed());
  private final int most;

  private record Hashed(String hash, String id) {}

  /**
   * @param most ids that are kept
   */
  SmallestHashes(int most) {
    this.most = most;
  }

  /** Takes notice of an id, each once. */
  void offer(String id) {
    kept.add(new Hashed(Sha256.of(id), id));
    if (kept.size() > most) {
      kept.poll();
    }
  }

  /** Those kept, the smallest hash first. */
  List<String> ids() {
    return kept.stream().sorted(SMALLEST_FIRST).map(Hashed::id).toList();
  }
}
