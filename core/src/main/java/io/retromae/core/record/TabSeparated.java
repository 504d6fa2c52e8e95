package io.retromae.core.record;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * A table of tab-separated values whose first line names its columns; every value is a text. Quotes
 * mean nothing.
 */
final class TabSeparated implements Records {
  private final String path;
  private final LineReader lines;
  private Optional<List<String>> columns = Optional.empty();

  TabSeparated(String path, InputStream in) {
    this.path = path;
    this.lines = new LineReader(in);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public long number() {
    return lines.number();
  }

  @Override
  public Optional<ObjectNode> next() throws IOException, RefusedRecordException {
    Optional<String> line = lines.next();
    if (columns.isEmpty() && line.isPresent()) {
      columns = Optional.of(values(line.get()));
      line = lines.next();
    }
    return line.isEmpty() ? Optional.empty() : Optional.of(row(columns.orElseThrow(), line.get()));
  }

  private static List<String> values(String line) {
    return List.of(line.split("\t", -1));
  }

  private static ObjectNode row(List<String> names, String line) throws RefusedRecordException {
    List<String> values = values(line);
    if (values.size() != names.size()) {
      throw new RefusedRecordException(
          "wrong_columns",
          "%d values under the %d columns %s"
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
