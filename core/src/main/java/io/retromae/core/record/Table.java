package io.retromae.core.record;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** A table, a row a line; every value is a text. Quotes mean nothing. */
final class Table implements Records {
  private final LineReader lines;
  private final Separator separator;
  private Optional<List<String>> columns;

  /** What lies between values. */
  enum Separator {
    /** One tab; there may be nothing between two of them. */
    TAB {
      @Override
      List<String> values(String line) {
        return List.of(line.split("\t", -1));
      }
    },
    /** Blanks and tabs, as in TREC's files. */
    BLANKS {
      @Override
      List<String> values(String line) {
        return List.of(line.strip().split("[ \t]+"));
      }
    };

    abstract List<String> values(String line);
  }

  /**
   * A table.
   *
   * @param columns their names; empty if the first line has them
   */
  Table(InputStream in, Separator separator, Optional<List<String>> columns) {
    this.lines = new LineReader(in);
    this.separator = separator;
    this.columns = columns;
  }

  @Override
  public long number() {
    return lines.number();
  }

  @Override
  public Optional<ObjectNode> next() throws IOException, RefusedRecordException {
    Optional<String> line = lines.next();
    if (columns.isEmpty() && line.isPresent()) {
      columns = line.map(separator::values);
      line = lines.next();
    }
    return line.isEmpty() ? Optional.empty() : Optional.of(row(columns.orElseThrow(), line.get()));
  }

  private ObjectNode row(List<String> names, String line) throws RefusedRecordException {
    List<String> values = separator.values(line);
    if (values.size() != names.size()) {
      throw new RefusedRecordException(
          "wrong_columns",
          "%d values for the %d columns %s"
              .formatted(values.size(), names.size(), String.join(", ", names)));
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < names.size(); i++) {
      row.put(names.get(i), values.get(i));
    }
    return row;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
