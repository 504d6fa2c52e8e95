package io.retromae.pretrain.retromae;

/**
 * What each term of a micro-batch's loss is multiplied with in the total that is minimised. All
 * ones give means over the micro-batch, as in the reference; n / N with n tokens of N in the step
 * gives a part of the mean over the whole step.
 *
 * @param encoder of the encoder's mean loss
 * @param decoder of the decoder's
 * @param bow of the bag of words', beside its weight
 */
public record LossScale(double encoder, double decoder, double bow) {
  /** Means over the micro-batch. */
  public static final LossScale ONE = new LossScale(1, 1, 1);
}
