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
 * @param notFilled whether it is short although it was to be filled up: documents of unknown score
 *     may be too close to it, or were
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
  /**
   * This with more negatives.
   *
   * @param stillShort whether it was to have others besides
   */
  MinedQuery filledWith(int[] more, boolean stillShort) {
    return new MinedQuery(
        lowest,
        NegativeSelection.joined(negatives, more),
        scores,
        candidates,
        dropped,
        suspects,
        suspectScores,
        stillShort);
  }

  /** Negatives that were drawn from all documents. */
  public int filled() {
    return negatives.length - scores.length;
  }
}
