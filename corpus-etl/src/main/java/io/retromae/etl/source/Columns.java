package io.retromae.etl.source;

import java.util.List;

/**
 * Where the parts of a record lie that matter: keys, or paths of keys with dots between them.
 *
 * @param text of the text
 * @param title of the title, empty for none
 * @param sets of the set's name; the first that a record has counts, none if records name no set
 */
public record Columns(String text, String title, List<String> sets) {
  /** Number of the text among the parts of a record. */
  public static final int TEXT = 0;

  /** Number of the title. */
  public static final int TITLE = 1;

  /** Number of the set's name. */
  public static final int SET = 2;

  /** How many parts there are. */
  public static final int PARTS = 3;

  /** The Pile's own key, then that of SlimPajama, which is published in the Pile's layout. */
  private static final List<String> PILE_SETS =
      List.of("meta.pile_set_name", "meta.redpajama_set_name");

  public Columns {
    sets = List.copyOf(sets);
  }

  public static Columns of(InputSettings input) {
    return switch (input.format()) {
      case PILE -> new Columns("text", "", PILE_SETS);
      case WUDAO -> new Columns("content", "title", List.of("dataType"));
      case JSONL, PARQUET -> {
        boolean named = !input.sourceColumn().isEmpty();
        List<String> sets = named ? List.of(input.sourceColumn()) : List.of();
        yield new Columns(input.textColumn(), input.titleColumn(), sets);
      }
    };
  }

  /** Whether records name a set. */
  public boolean namesSets() {
    return !sets.isEmpty();
  }
}
