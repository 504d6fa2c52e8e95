package io.retromae.training.huggingface;

import java.util.List;

/**
 * What a model card says of the objective, in the objective's own words.
 *
 * @param title heading of the card
 * @param purpose what the model is for and what it was trained to do, lines of Markdown
 * @param decoder what the folder {@code decoder/} holds; empty if there is none
 * @param tags that the hub finds it by
 * @param citation papers
 * @param terms names of the loss's terms; a checkpoint of an early build may hold others
 */
public record ObjectiveCard(
    String title,
    List<String> purpose,
    String decoder,
    List<String> tags,
    String citation,
    List<String> terms) {
  /** Copies the lists. */
  public ObjectiveCard {
    purpose = List.copyOf(purpose);
    tags = List.copyOf(tags);
    terms = List.copyOf(terms);
  }
}
