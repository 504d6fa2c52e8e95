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

  /** Copies the set columns. */
  public Columns {
    sets = List.copyOf(sets);
  }

  /** Whether records name a set. */
  public boolean namesSets() {
    return !sets.isEmpty();
  }
}
