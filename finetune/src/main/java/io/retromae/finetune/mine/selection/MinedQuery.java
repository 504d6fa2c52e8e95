package io.retromae.finetune.mine.selection;

import java.util.Map;

/**
 * What was mined for a query; documents by number.
 *
 * @param lowest p, the lowest score of its positives
 * @param negatives those mined, best first, then those filled up with
 * @param scores of those mined
 * @param candidates documents of the window that were left
 * @param dropped documents of the window that were not, by reason
 * @param suspects the first that score too much for a negative, best first
 * @param suspectScores theirs
 * @param notFilled whether it stays short because documents that were not ranked may score too much
 */
public record MinedQuery(
    double lowest,
    int[] negatives,
    double[] scores,
    int candidates,
    Map<DropReason, Integer> dropped,
    int[] suspects,
    double[] suspectScores,
    boolean notFilled) {
  /** Negatives that were drawn from all documents. */
  public int filled() {
    return negatives.length - scores.length;
  }
}
