package io.retromae.etl.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The keys of a record that matter.
 *
 * @param text of the text
 * @param title of the title, empty for none
 * @param set of the set's name, empty for none
 * @param meta of the object that holds {@code pile_set_name}, empty for none
 */
record Columns(String text, String title, String set, String meta) {
  /** The Pile's key inside meta. */
  static final String PILE_SET = "pile_set_name";

  static Columns of(InputSettings input) {
    return switch (input.format()) {
      case PILE -> new Columns("text", "", "", "meta");
      case WUDAO -> new Columns("content", "title", "dataType", "");
      case JSONL, PARQUET ->
          new Columns(input.textColumn(), input.titleColumn(), input.sourceColumn(), "");
    };
  }

  /** Whether records name a set. */
  boolean namesSets() {
    return !set.isEmpty() || !meta.isEmpty();
  }

  /** A key as its bytes, to be found without making a text of every key. */
  record Key(byte[] utf8) {
    static Key of(String key) {
      return new Key(key.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether these bytes are this key; no bytes are no key. */
    boolean is(byte[] bytes, int start, int end) {
      return utf8.length > 0 && Arrays.equals(bytes, start, end, utf8, 0, utf8.length);
    }
  }
}
