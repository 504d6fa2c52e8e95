package io.retromae.etl.source;

import java.util.List;

/**
 * What the files of an input hold. How such files are read is told by {@link FileFormat}; jobs
 * reach it through {@code SourceFile}.
 */
public enum Format {
  /** JSON lines {@code {"text", "meta": {"pile_set_name"}}}. */
  PILE {
    @Override
    Columns columns(InputSettings input) {
      return new Columns("text", "", PILE_SETS);
    }

    @Override
    public String setColumn(InputSettings input) {
      return PILE_SETS.get(0);
    }

    @Override
    public String noText(InputSettings input, String keys) {
      return "no text in 'text'; keys seen: %s; set format: jsonl and text_column".formatted(keys);
    }
  },
  /** Arrays, or lines, of {@code {"title", "content", "dataType", ...}}. */
  WUDAO {
    @Override
    Columns columns(InputSettings input) {
      return new Columns("content", "title", List.of("dataType"));
    }

    @Override
    public boolean mayBeArray() {
      return true;
    }

    @Override
    public String setColumn(InputSettings input) {
      return "dataType";
    }

    @Override
    public String noText(InputSettings input, String keys) {
      return "no text in 'content'; keys seen: %s; if these are lines, set format: jsonl and text_column"
          .formatted(keys);
    }
  },
  /** JSON lines; the settings name the columns. */
  JSONL {
    @Override
    Columns columns(InputSettings input) {
      return chosen(input);
    }

    @Override
    boolean takesColumns() {
      return true;
    }

    @Override
    public String setColumn(InputSettings input) {
      return chosenSet(input);
    }

    @Override
    public String noText(InputSettings input, String keys) {
      return "no text in '%s'; keys seen: %s; set text_column".formatted(input.textColumn(), keys);
    }
  },
  /** Parquet files; the settings name the columns. */
  PARQUET {
    @Override
    Columns columns(InputSettings input) {
      return chosen(input);
    }

    @Override
    boolean takesColumns() {
      return true;
    }

    @Override
    public boolean compresses() {
      return true;
    }

    @Override
    public String setColumn(InputSettings input) {
      return chosenSet(input);
    }

    @Override
    public String noText(InputSettings input, String keys) {
      return "'" + input.textColumn() + "' is null";
    }
  };

  /** For the settings' reference. */
  static final String DOC = "pile (JSON lines), wudao (arrays or lines), jsonl or parquet.";

  /** The Pile's own key, then that of SlimPajama, which is published in the Pile's layout. */
  private static final List<String> PILE_SETS =
      List.of("meta.pile_set_name", "meta.redpajama_set_name");

  private static Columns chosen(InputSettings input) {
    boolean named = !input.sourceColumn().isEmpty();
    List<String> sets = named ? List.of(input.sourceColumn()) : List.of();
    return new Columns(input.textColumn(), input.titleColumn(), sets);
  }

  private static String chosenSet(InputSettings input) {
    return "source_column '" + input.sourceColumn() + "'";
  }

  /** Where the parts of a record lie. */
  abstract Columns columns(InputSettings input);

  /** Whether the settings name the columns. */
  boolean takesColumns() {
    return false;
  }

  /** Whether a file's records may be the elements of an array. */
  public boolean mayBeArray() {
    return false;
  }

  /** Whether files are compressed inside, whatever their names. */
  public boolean compresses() {
    return false;
  }

  /** For people: where the name of a record's set is looked for. */
  public abstract String setColumn(InputSettings input);

  /**
   * For people: why records of an input have no text, and how to mend that.
   *
   * @param keys those that were seen in such records
   */
  public abstract String noText(InputSettings input, String keys);
}
