package io.retromae.finetune.pairs.job;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A data set that comes of a run.
 *
 * @param name of its file without endings
 * @param source of its documents
 * @param kind of its pairs
 */
record PairSet(String name, String source, String kind)
    implements Serializable, Comparable<PairSet> {
  /** By all that makes them equal: two sources of one name must be seen, not folded to one. */
  private static final Comparator<PairSet> ORDER =
      Comparator.comparing(PairSet::name)
          .thenComparing(PairSet::source)
          .thenComparing(PairSet::kind);

  @Override
  public int compareTo(PairSet other) {
    return ORDER.compare(this, other);
  }
}
