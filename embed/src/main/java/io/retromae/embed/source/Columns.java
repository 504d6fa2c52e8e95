package io.retromae.embed.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.record.RefusedRecordException;
import io.retromae.core.shard.ParquetLayout;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a record has what is to be embedded.
 *
 * @param text key of the text, or its path {@code a.b}
 * @param title of the title, likewise; empty text for none
 * @param id of the id, likewise; empty text for none
 */
record Columns(String text, String title, String id) implements Serializable {
  private static final int KEYS_NAMED = 10;

  static Columns of(TextInput input) {
    return new Columns(
        input.textColumn(), input.titleColumn().orElse(""), input.idColumn().orElse(""));
  }

  /** Names at the top of a schema by which all of them are reached. */
  List<String> tops() {
    Set<String> tops = new TreeSet<>();
    for (String column : List.of(text, title, id)) {
      if (!column.isEmpty()) {
        tops.add(column);
        tops.add(column.split("\\.")[0]);
      }
    }
    return List.copyOf(tops);
  }

  /**
   * Checks that a Parquet file has them.
   *
   * @throws ConfigException if it lacks one, or the text or title at the top is no text
   */
  void check(String path, ParquetLayout layout) {
    Map<String, String> found = layout.columns();
    List<String> problems = new ArrayList<>();
    for (String column : List.of(text, title, id)) {
      String type = found.get(column);
      if (!column.isEmpty() && type == null && !found.containsKey(column.split("\\.")[0])) {
        problems.add(
            "%s: has no column '%s', only %s"
                .formatted(path, column, String.join(", ", found.keySet())));
      } else if (type != null && !column.equals(id) && !type.equals(ParquetLayout.TEXT)) {
        problems.add("%s: column '%s' must hold texts, holds %s".formatted(path, column, type));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /**
   * The row of a record.
   *
   * @param made id that it gets if records have none of their own
   * @throws RefusedRecordException if the record has no text, not even null, or a value of another
   *     type
   */
  Row row(ObjectNode record, String made) throws RefusedRecordException {
    String rowId = id.isEmpty() ? made : idOf(record);
    JsonNode value = at(record, text);
    if (value.isMissingNode()) {
      throw new RefusedRecordException(
          "no_text", "has no '%s', only %s".formatted(text, keys(record)));
    }
    if (value.isNull()) {
      return new Row.Missing(rowId);
    }
    String body = textual(value, text);
    Optional<String> heading = title(record);
    return new Row.Text(rowId, heading.isEmpty() ? body : (heading.get() + " " + body).strip());
  }

  private Optional<String> title(ObjectNode record) throws RefusedRecordException {
    JsonNode value = title.isEmpty() ? record.missingNode() : at(record, title);
    return value.isMissingNode() || value.isNull() || value.asText().isEmpty() && value.isTextual()
        ? Optional.empty()
        : Optional.of(textual(value, title));
  }

  private String idOf(ObjectNode record) throws RefusedRecordException {
    JsonNode value = at(record, id);
    if (value.isMissingNode() || value.isNull()) {
      throw new RefusedRecordException("no_id", "has no '%s', only %s".formatted(id, keys(record)));
    }
    return value.isIntegralNumber() ? value.asText() : textual(value, id);
  }

  private static String textual(JsonNode value, String column) throws RefusedRecordException {
    if (!value.isTextual()) {
      throw new RefusedRecordException(
          "wrong_type",
          "'%s' must be a text, is %s"
              .formatted(column, value.getNodeType().toString().toLowerCase(Locale.ROOT)));
    }
    return value.textValue();
  }

  /** A key may have periods itself. */
  private static JsonNode at(ObjectNode record, String path) {
    JsonNode value = record.path(path);
    if (value.isMissingNode() && path.indexOf('.') > 0) {
      value = record;
      for (String key : path.split("\\.")) {
        value = value.path(key);
      }
    }
    return value;
  }

  private static String keys(ObjectNode record) {
    Set<String> names = new TreeSet<>();
    record.fieldNames().forEachRemaining(names::add);
    int more = names.size() - KEYS_NAMED;
    String first = String.join(", ", names.stream().limit(KEYS_NAMED).toList());
    return names.isEmpty() ? "no key" : more > 0 ? first + " and %d more".formatted(more) : first;
  }
}
