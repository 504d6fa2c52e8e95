package io.retromae.finetune.mine.selection;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Which scores a negative may have, beside p, the lowest score of the query's positives.
 *
 * @param relative m: a score s is kept if s <= p - |p| m (NV-Retriever, arXiv:2407.15831,
 *     TopK-PercPos)
 * @param absolute m: kept if s + m <= p
 * @param most kept if not above
 * @param least kept if not below
 */
public record Margins(
    OptionalDouble relative, OptionalDouble absolute, OptionalDouble most, OptionalDouble least) {

  /** Why a score is too high to be a negative's for sure; empty if it is not. */
  Optional<DropReason> suspicion(double score, double lowest) {
    if (most.isPresent() && score > most.getAsDouble()) {
      return Optional.of(DropReason.MAX_SCORE);
    }
    if (relative.isPresent() && score > lowest - Math.abs(lowest) * relative.getAsDouble()) {
      return Optional.of(DropReason.RELATIVE_MARGIN);
    }
    if (absolute.isPresent() && score + absolute.getAsDouble() > lowest) {
      return Optional.of(DropReason.ABSOLUTE_MARGIN);
    }
    return Optional.empty();
  }

  /** Why a score is refused; empty if it is not. */
  Optional<DropReason> refusal(double score, double lowest) {
    Optional<DropReason> suspicion = suspicion(score, lowest);
    boolean tooLow = least.isPresent() && score < least.getAsDouble();
    return suspicion.isEmpty() && tooLow ? Optional.of(DropReason.MIN_SCORE) : suspicion;
  }
}
