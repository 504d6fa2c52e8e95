package io.retromae.embed.source;

import io.retromae.core.record.LineReader;
import io.retromae.core.record.RefusedRecordException;
import java.io.IOException;
import java.util.Optional;

/** A text a line; an empty line is an empty text, so that lines and vectors correspond. */
final class TextRows implements Rows {
  private final InputFile file;
  private final LineReader lines;

  TextRows(InputFile file, LineReader lines) {
    this.file = file;
    this.lines = lines;
  }

  @Override
  public Optional<Row> next() throws IOException, RefusedRecordException {
    Optional<String> line = lines.nextOfAny();
    return line.map(text -> new Row.Text(file.madeId(lines.number()), text));
  }

  @Override
  public long number() {
    return lines.number();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
