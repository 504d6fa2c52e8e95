package io.retromae.embed.source;

import io.retromae.core.config.Setting;
import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;

/**
 * Some of the texts to embed.
 *
 * @param path file, folder or glob pattern
 * @param format what the files hold
 * @param textColumn where the text is; a key, or a path {@code a.b}
 * @param titleColumn where a title is that goes before the text, likewise
 * @param idColumn where the id is, likewise; empty for ids made of file and record
 */
public record TextInput(
    @Setting(doc = "File, folder or glob pattern, or a corpus folder.") String path,
    @Setting(doc = InputFormat.DOC, standard = "auto") InputFormat format,
    @Setting(
            doc = "Column of the text, or its path such as page.text; jsonl and parquet only.",
            standard = "text")
        String textColumn,
    @Setting(
            doc = "Column of a title that goes before the text, or its path; likewise.",
            standard = "null")
        Optional<String> titleColumn,
    @Setting(
            doc =
                "Column of the id, a text or a whole number; null makes ids of the file's name in the"
                    + " input and the record's number (its line), such as a.jsonl#17; likewise.",
            standard = "null")
        Optional<String> idColumn)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Refuses columns of formats that have none. */
  public TextInput {
    boolean chosen = !textColumn.equals("text") || titleColumn.isPresent() || idColumn.isPresent();
    if (chosen && !format.hasColumns()) {
      throw new IllegalArgumentException(
          "text_column, title_column, id_column: for jsonl and parquet only; format %s has none, leave them out"
              .formatted(format.name().toLowerCase(Locale.ROOT)));
    }
  }
}
