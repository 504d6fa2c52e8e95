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
 * @param data what it is trained on
 */
public record ObjectiveCard(
    String title,
    List<String> purpose,
    String decoder,
    List<String> tags,
    String citation,
    List<String> terms,
    Data data) {
  /** What an objective is trained on, in the card's words. */
  public enum Data {
    /** Texts of several sources. */
    CORPUS("source", "samples"),
    /** Queries with passages that answer them. */
    PAIRS("data set", "lines");

    private final String origin;
    private final String unit;

    Data(String origin, String unit) {
      this.origin = origin;
      this.unit = unit;
    }

    String origin() {
      return origin;
    }

    String unit() {
      return unit;
    }
  }

  /** Copies the lists. */
  public ObjectiveCard {
    purpose = List.copyOf(purpose);
    tags = List.copyOf(tags);
    terms = List.copyOf(terms);
  }
}
