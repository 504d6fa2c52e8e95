package io.retromae.finetune.contrastive;

import io.retromae.training.huggingface.ObjectiveCard;
import java.util.List;

/** What a model card says of contrastive fine-tuning. */
public final class ContrastiveCard {
  /** The objective, as a checkpoint names it. */
  public static final String METHOD = "contrastive";

  private ContrastiveCard() {}

  /** The card's words. */
  public static ObjectiveCard card() {
    return new ObjectiveCard(
        "A text embedding model for retrieval",
        List.of(
            "A BERT encoder fine-tuned on pairs of texts on Apache Spark (retromae-spark): the"
                + " vector of a query",
            "is near those of passages that answer it, and far from those of others."),
        "",
        List.of("sentence-similarity", "sentence-transformers", "retrieval"),
        "Xiao et al. 2023, C-Pack, arXiv:2309.07597. Gao et al. 2021, GradCache,"
            + " arXiv:2101.06983.",
        List.of(ContrastiveObjective.CONTRASTIVE, ContrastiveObjective.DISTILLATION),
        ObjectiveCard.Data.PAIRS);
  }
}
