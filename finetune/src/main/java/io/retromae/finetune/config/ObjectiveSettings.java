package io.retromae.finetune.config;

import io.retromae.core.config.Setting;
import io.retromae.finetune.contrastive.ContrastiveRule;
import io.retromae.finetune.contrastive.ContrastiveRule.Distillation;
import io.retromae.finetune.contrastive.ContrastiveRule.Negatives;
import io.retromae.training.bert.Pooling;
import java.util.List;

/**
 * What is minimised, see {@link ContrastiveRule}.
 *
 * @param pooling how a text's vector is made of its hidden states
 * @param normalize whether vectors are divided by their length
 * @param temperature what scores are divided by
 * @param negatives which passages a query is scored with
 * @param maskSameText whether copies of a query's positives are no negatives of it
 * @param kdLoss which loss learns from a teacher's scores
 * @param kdWeight of that loss beside the contrastive one
 * @param mrlDims numbers of first components that are trained to do alone
 * @param fixPositionEmbedding whether the position table stays as it is
 */
public record ObjectiveSettings(
    @Setting(
            doc = "The vector of a text: cls, mean (over all its tokens) or last_token.",
            standard = "cls")
        Pooling pooling,
    @Setting(
            doc = "Vectors are divided by their length, so that scores are cosines.",
            standard = "true")
        boolean normalize,
    @Setting(
            doc =
                "Scores are divided by it (BGE v1: 0.01, v1.5: 0.02; 1 where vectors are not"
                    + " normalised).",
            standard = "0.02",
            above = 0,
            max = 10)
        double temperature,
    @Setting(
            doc =
                "Passages that a query is scored with: global = all of the step, shard = those of"
                    + " its logical shard, own = its own group.",
            standard = "global")
        Negatives negatives,
    @Setting(
            doc =
                "Passages whose text equals one of a query's positives are no negatives of it;"
                    + " false is as FlagEmbedding and Tevatron.",
            standard = "true")
        boolean maskSameText,
    @Setting(
            doc =
                "What learns from pos_scores and neg_scores: none; kl_div = cross entropy with the"
                    + " teacher's distribution beside the contrast; m3_kd_loss (arXiv:2402.03216)"
                    + " in its place.",
            standard = "none")
        Distillation kdLoss,
    @Setting(
            doc =
                "Weight of kl_div beside the contrast; FlagEmbedding's mixture is the number of"
                    + " its processes.",
            standard = "1",
            above = 0)
        double kdWeight,
    @Setting(
            doc =
                "Matryoshka (arXiv:2205.13147): the loss is the mean over those of the first so"
                    + " many components, such as [64, 256, 768]; [] takes all at once.",
            standard = "[]",
            min = 1)
        List<Integer> mrlDims,
    @Setting(
            doc =
                "The position table stays as init.from has it: no gradient, no weight decay"
                    + " (FlagEmbedding's fix_position_embedding).",
            standard = "false")
        boolean fixPositionEmbedding) {

  /** Checks what belongs together. */
  public ObjectiveSettings {
    new ContrastiveRule( // checks
        pooling,
        normalize,
        temperature,
        negatives,
        maskSameText,
        kdLoss,
        kdWeight,
        mrlDims,
        1,
        false);
    mrlDims = List.copyOf(mrlDims);
  }

  /** Whether lines must bring a teacher's scores. */
  public boolean distills() {
    return kdLoss != Distillation.NONE;
  }

  /**
   * The same for the objective.
   *
   * @param tokensPerChunk tokens that are encoded with all that a backward pass reads, at a time
   */
  public ContrastiveRule rule(int tokensPerChunk) {
    return new ContrastiveRule(
        pooling,
        normalize,
        temperature,
        negatives,
        maskSameText,
        kdLoss,
        kdWeight,
        mrlDims,
        tokensPerChunk,
        fixPositionEmbedding);
  }
}
