package io.retromae.finetune.data;

import java.util.Optional;

/**
 * What comes before texts.
 *
 * @param query instruction of queries
 * @param format how it and a query become one text: its first {@code {}} is the instruction, its
 *     second the query
 * @param passage instruction of passages
 * @param promptsAlways whether a line's prompt counts although there is no instruction
 */
public record Instructions(
    Optional<String> query, String format, Optional<String> passage, boolean promptsAlways) {
  private static final String PLACE = "{}";

  /** Checks the format. */
  public Instructions {
    int first = format.indexOf(PLACE);
    int second = first < 0 ? -1 : format.indexOf(PLACE, first + PLACE.length());
    if (second < 0 || format.indexOf(PLACE, second + PLACE.length()) >= 0) {
      throw new IllegalArgumentException(
          "query_instruction_format = '%s': must have {} twice".formatted(format));
    }
  }

  /** What comes before queries, empty if nothing does; what a format puts behind them is lost. */
  public String queryPrompt() {
    return query.map(text -> formatted(text, PLACE)).map(Instructions::beforePlace).orElse("");
  }

  private static String beforePlace(String text) {
    return text.substring(0, text.lastIndexOf(PLACE));
  }

  /** A line's query as the model reads it. */
  public String ofQuery(PairLine line) {
    return instruction(line).map(text -> formatted(text, line.query())).orElse(line.query());
  }

  /** A passage of a line as the model reads it. */
  public String ofPassage(PairLine line, String passage) {
    if (line.traits().kind().instructsPassages()) {
      return instruction(line).map(text -> formatted(text, passage)).orElse(passage);
    }
    return this.passage.map(text -> text + passage).orElse(passage);
  }

  private Optional<String> instruction(PairLine line) {
    boolean takesPrompt = query.isPresent() || promptsAlways;
    return takesPrompt && line.traits().prompt().isPresent() ? line.traits().prompt() : query;
  }

  private String formatted(String instruction, String text) {
    int first = format.indexOf(PLACE);
    int second = format.indexOf(PLACE, first + PLACE.length());
    return format.substring(0, first)
        + instruction
        + format.substring(first + PLACE.length(), second)
        + text
        + format.substring(second + PLACE.length());
  }
}
