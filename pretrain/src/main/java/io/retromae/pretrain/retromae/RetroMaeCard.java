package io.retromae.pretrain.retromae;

import io.retromae.training.huggingface.ObjectiveCard;
import java.util.List;
import java.util.stream.Stream;

/** What a model card says of RetroMAE and DupMAE. */
public final class RetroMaeCard {
  private RetroMaeCard() {}

  /**
   * The card's words.
   *
   * @param method retromae or dupmae
   */
  public static ObjectiveCard of(String method) {
    boolean dupMae = method.equals("dupmae");
    return new ObjectiveCard(
        "A RetroMAE base model",
        List.of(
            "A BERT encoder pre-trained with %s on Apache Spark (retromae-spark). It is a **base for"
                .formatted(method),
            "fine-tuning** a retriever: its [CLS] vector was trained to let a weak decoder rebuild"
                + " the text,",
            "not yet to be close to the vectors of relevant texts."),
        "`decoder/` holds the enhanced decoder, to go on pre-training.",
        Stream.of("retromae", method).distinct().toList(),
        "Xiao et al. 2022, RetroMAE, arXiv:2205.12035."
            + (dupMae ? " Liu & Shao 2022, arXiv:2211.08769." : ""),
        RetroMaeModel.TERMS.subList(0, dupMae ? 3 : 2),
        ObjectiveCard.Data.CORPUS);
  }
}
