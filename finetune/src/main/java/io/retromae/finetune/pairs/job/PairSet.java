package io.retromae.finetune.pairs.job;

import java.io.Serializable;

/**
 * A data set that comes of a run.
 *
 * @param name of its file without endings
 * @param source of its documents
 * @param kind of its pairs
 */
record PairSet(String name, String source, String kind)
    implements Serializable, Comparable<PairSet> {
  @Override
  public int compareTo(PairSet other) {
    return name.compareTo(other.name);
  }
}
