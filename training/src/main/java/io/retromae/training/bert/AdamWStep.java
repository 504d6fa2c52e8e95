package io.retromae.training.bert;

/**
 * The numbers of one AdamW step (arXiv:1711.05101, Algorithm 2), decoupled weight decay.
 *
 * @param number counts from 1, for the bias correction
 * @param gradientScale what the summed gradients are multiplied with before anything else
 * @param maxGradNorm gradients are clipped to this global L2 norm
 * @param learningRate of this step
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay of the parameters that decay
 */
public record AdamWStep(
    long number,
    double gradientScale,
    double maxGradNorm,
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay) {}
