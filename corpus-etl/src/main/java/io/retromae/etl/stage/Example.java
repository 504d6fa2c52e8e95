package io.retromae.etl.stage;

import io.retromae.core.hash.SplitMix64;
import io.retromae.core.shard.DocumentId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One of the texts that show what a reason means. The examples of a reason are a sample without
 * bias that does not depend on the order of units: those whose keyed hash of the document id is
 * smallest.
 *
 * @param order hash of the job's seed and the document id
 * @param documentId 32 hexadecimal digits
 * @param text its beginning
 */
public record Example(long order, String documentId, String text) {
  static final int MOST = 10;
  private static final int CHARACTERS = 200;

  /** The beginning of a document. */
  public static Example of(long seed, String documentId, String text) {
    long high = DocumentId.of(documentId).high();
    return new Example(
        SplitMix64.mix(SplitMix64.mix(seed) ^ high), documentId, beginning(text, CHARACTERS));
  }

  /** At most so many chars from the beginning of a text; no surrogate pair is cut in two. */
  public static String beginning(String text, int most) {
    int end = Math.min(most, text.length());
    boolean splitsPair = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
    return text.substring(0, splitsPair ? end - 1 : end);
  }

  /** Adds to a list that holds the {@link #MOST} smallest in order. */
  void joinTo(List<Example> smallest) {
    Comparator<Example> byOrder =
        Comparator.comparingLong(Example::order).thenComparing(Example::documentId);
    if (smallest.size() == MOST && byOrder.compare(smallest.get(MOST - 1), this) <= 0) {
      return;
    }
    smallest.add(this);
    smallest.sort(byOrder);
    if (smallest.size() > MOST) {
      smallest.remove(MOST);
    }
  }

  public static List<Example> merge(List<Example> a, List<Example> b) {
    List<Example> both = new ArrayList<>(a);
    b.forEach(example -> example.joinTo(both));
    return List.copyOf(both);
  }
}
