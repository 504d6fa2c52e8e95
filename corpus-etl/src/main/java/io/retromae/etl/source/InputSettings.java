package io.retromae.etl.source;

import io.retromae.core.config.Setting;
import java.io.Serializable;
import java.util.Locale;

/**
 * One raw corpus.
 *
 * @param path file, folder or glob pattern
 * @param format what the files hold
 * @param textColumn where the text is, in jsonl and parquet; a key, or a path {@code a.b}
 * @param titleColumn where a title is, likewise; empty for none
 * @param sourceColumn where the name of a set is, likewise; empty for none
 * @param source first part of every document's source; empty for the format's name
 */
public record InputSettings(
    @Setting(doc = "File, folder or glob pattern.") String path,
    @Setting(doc = Format.DOC) Format format,
    @Setting(
            doc = "Column of the text, or its path such as page.text; jsonl and parquet only.",
            standard = "text")
        String textColumn,
    @Setting(
            doc =
                "Column of a title that goes before the text, or its path; jsonl and parquet only.",
            standard = "''")
        String titleColumn,
    @Setting(
            doc =
                "Column that names the set a document belongs to, or its path such as"
                    + " meta.set_name; jsonl and parquet only.",
            standard = "''")
        String sourceColumn,
    @Setting(
            doc = "First part of the documents' source instead of the format's name.",
            standard = "''")
        String source)
    implements Serializable {

  /** Refuses columns that the format does not take, and one column for two things. */
  public InputSettings {
    boolean chosen = !textColumn.equals("text") || !titleColumn.isEmpty();
    if (!format.takesColumns() && (chosen || !sourceColumn.isEmpty())) {
      throw new IllegalArgumentException(
          "text_column = '%s', title_column = '%s', source_column = '%s': for jsonl and parquet only; format %s has its own columns, leave these out"
              .formatted(
                  textColumn,
                  titleColumn,
                  sourceColumn,
                  format.toString().toLowerCase(Locale.ROOT)));
    }
    boolean twice =
        textColumn.equals(titleColumn)
            || textColumn.equals(sourceColumn)
            || !titleColumn.isEmpty() && titleColumn.equals(sourceColumn);
    if (textColumn.isEmpty() || twice) {
      throw new IllegalArgumentException(
          "text_column = '%s', title_column = '%s', source_column = '%s': text_column must be given and the columns must differ"
              .formatted(textColumn, titleColumn, sourceColumn));
    }
  }

  /** An input in a published format, or with the standard columns. */
  public static InputSettings of(String path, Format format) {
    return new InputSettings(path, format, "text", "", "", "");
  }

  /** Where the parts of a record lie. */
  public Columns columns() {
    return format.columns(this);
  }

  /** First part of every document's source. */
  String corpus() {
    return source.isEmpty() ? format.toString().toLowerCase(Locale.ROOT) : source;
  }
}
