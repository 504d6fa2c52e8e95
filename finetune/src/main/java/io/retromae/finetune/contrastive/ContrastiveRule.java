package io.retromae.finetune.contrastive;

import io.retromae.training.bert.Pooling;
import java.util.ArrayList;
import java.util.List;

/**
 * What is minimised.
 *
 * @param pooling how a text's vector is made of its hidden states
 * @param normalize whether vectors are divided by their length before they are compared
 * @param temperature what scores are divided by
 * @param negatives which passages a query is scored with
 * @param maskSameText whether copies of a query's positives are no negatives of it
 * @param distillation which loss teaches from scores that the data bring
 * @param kdWeight of that loss beside the contrastive one
 * @param mrlDims numbers of first components over whose losses the mean is taken; empty for all
 *     components at once
 * @param tokensPerChunk tokens that are encoded with all that a backward pass reads, at a time
 * @param fixPositions whether the position table stays as it is
 */
public record ContrastiveRule(
    Pooling pooling,
    boolean normalize,
    double temperature,
    Negatives negatives,
    boolean maskSameText,
    Distillation distillation,
    double kdWeight,
    List<Integer> mrlDims,
    int tokensPerChunk,
    boolean fixPositions) {
  /**
   * Tokens that a CPU encodes at once, however many it may: its caches hold what a layer makes of
   * them, which is a seventh of a step, and what lives for a moment only takes little memory.
   */
  public static final int BEST_FOR_CPU = 4_096;

  /** Which passages a query is scored with, beside its group. */
  public enum Negatives {
    /** Those of all logical shards. */
    GLOBAL,
    /** Those of its own logical shard. */
    SHARD,
    /** None. */
    OWN
  }

  /** Losses that compare a group's scores with those of a teacher. */
  public enum Distillation {
    /** None. */
    NONE,
    /** Cross entropy with the teacher's distribution over the group, beside the contrast. */
    KL_DIV,
    /** Each passage of the group against all that is not before it, weighted by the teacher. */
    M3_KD_LOSS
  }

  /** Checks, and copies the list. */
  public ContrastiveRule {
    List<String> problems = new ArrayList<>();
    if (!(temperature > 0) || temperature > 10) {
      problems.add("temperature = " + temperature + ": must be above 0 and at most 10");
    }
    if (!(kdWeight > 0) || Double.isInfinite(kdWeight)) {
      problems.add("kd_weight = " + kdWeight + ": must be above 0");
    }
    if (kdWeight != 1 && distillation != Distillation.KL_DIV) {
      problems.add(
          "kd_weight = " + kdWeight + ": is for kl_div; with " + distillation + " it is 1");
    }
    for (int dims : mrlDims) {
      if (dims < 1) {
        problems.add("mrl_dims has " + dims + ": must be at least 1");
      }
    }
    if (mrlDims.stream().distinct().count() < mrlDims.size()) {
      problems.add("mrl_dims = " + mrlDims + ": each once");
    }
    if (tokensPerChunk < 1) {
      problems.add("tokens_per_chunk = " + tokensPerChunk + ": must be at least 1");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    mrlDims = List.copyOf(mrlDims);
  }

  /** Whether records must bring a teacher's scores. */
  public boolean distills() {
    return distillation != Distillation.NONE;
  }
}
