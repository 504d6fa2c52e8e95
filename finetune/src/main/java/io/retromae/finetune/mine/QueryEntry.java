package io.retromae.finetune.mine;

import io.retromae.core.hash.SplitMix64;
import io.retromae.finetune.mine.selection.NegativeSelection;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A query and the positives of all lines that have it. A document is known by its number; a
 * positive that is not among the documents by the number of documents plus its own.
 */
final class QueryEntry {
  private final long hash;
  private final TextNumbers.Key text;
  private int[] positives = new int[0];

  /** The next of those with an equal query and another instruction, in a ring. */
  private QueryEntry same = this;

  /** Hashes of their texts, by which a line finds its own. */
  private long[] hashes = new long[0];

  /**
   * Without positives yet.
   *
   * @param query as the line has it, without an instruction
   * @param text what that is known by
   */
  QueryEntry(String query, TextNumbers.Key text) {
    this.hash = SplitMix64.hash(query);
    this.text = text;
  }

  /** Adds a positive, unless it is there. */
  void add(int number, long textHash) {
    int at = Arrays.binarySearch(positives, number);
    if (at < 0) {
      int place = -at - 1;
      int count = positives.length;
      positives = Arrays.copyOf(positives, count + 1);
      hashes = Arrays.copyOf(hashes, count + 1);
      System.arraycopy(positives, place, positives, place + 1, count - place);
      System.arraycopy(hashes, place, hashes, place + 1, count - place);
      positives[place] = number;
      hashes[place] = textHash;
    }
  }

  /** Tells that another has an equal query, under another instruction. */
  void join(QueryEntry other) {
    same = other.same;
    other.same = this;
  }

  /** The positives of all that have an equal query. */
  private int[] positivesOfEqual() {
    IntStream all = Arrays.stream(positives);
    for (QueryEntry entry = same; entry != this; entry = entry.same) {
      all = IntStream.concat(all, Arrays.stream(entry.positives));
    }
    return same == this ? positives : all.sorted().distinct().toArray();
  }

  /** Numbers of the positives, sorted; not to be changed. */
  int[] positives() {
    return positives;
  }

  /** Hashes of their texts. */
  long[] hashes() {
    return hashes;
  }

  /** What the query's text is known by. */
  TextNumbers.Key text() {
    return text;
  }

  /**
   * The query as negatives are chosen for it.
   *
   * @param own number of the document with its text; -1 if there is none
   * @param scores of its positives
   */
  NegativeSelection.Query scored(int own, double[] scores) {
    return new NegativeSelection.Query(
        hash,
        positivesOfEqual(),
        own,
        IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).min().orElseThrow());
  }
}
