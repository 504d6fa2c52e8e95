package io.retromae.embed.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.record.RefusedRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Fields of a record, each under one of the names that publishers give it. */
final class Fields {
  static final List<String> QUERY_ID = List.of("query-id", "query_id", "qid");
  static final List<String> DOCUMENT_ID =
      List.of("corpus-id", "corpus_id", "docid", "doc_id", "pid");
  static final List<String> GRADE = List.of("score", "relevance", "label");
  static final List<String> ID = List.of("_id", "id", "docid", "qid");
  static final List<String> TEXT = List.of("text", "query", "contents");
  static final List<String> POSITIVE = List.of("positive", "pos");
  static final List<String> NEGATIVE = List.of("negative", "neg");
  static final List<String> LEFT = List.of("sentence1", "sent1", "text1");
  static final List<String> RIGHT = List.of("sentence2", "sent2", "text2");
  static final List<String> SCORE = List.of("score", "similarity_score");
  static final List<String> LABEL = List.of("label", "labels");
  static final List<String> SENTENCES = List.of("sentences", "text", "sentence");

  private Fields() {}

  /** The first of the names that the record has. */
  static Optional<String> name(ObjectNode record, List<String> names) {
    return names.stream().filter(record::has).findFirst();
  }

  /** Whether it has a field under one of each of the lists of names. */
  @SafeVarargs
  static boolean has(ObjectNode record, List<String>... fields) {
    for (List<String> names : fields) {
      if (name(record, names).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** The value under one of the names. */
  static JsonNode value(ObjectNode record, List<String> names) throws RefusedRecordException {
    Optional<String> name = name(record, names);
    if (name.isEmpty()) {
      List<String> found = new ArrayList<>();
      record.fieldNames().forEachRemaining(found::add);
      throw new RefusedRecordException(
          "missing_field",
          "no '%s'; found the fields %s"
              .formatted(String.join("' or '", names), String.join(", ", found)));
    }
    return record.get(name.get());
  }

  /** A text. */
  static String text(ObjectNode record, List<String> names) throws RefusedRecordException {
    return text(value(record, names), names.get(0));
  }

  static String text(JsonNode value, String name) throws RefusedRecordException {
    if (!value.isTextual()) {
      throw RefusedRecordException.wrongType(name, "a text", value);
    }
    return value.textValue();
  }

  /** Texts of a list; a text alone is a list of one, null an empty one. */
  static List<String> texts(ObjectNode record, List<String> names) throws RefusedRecordException {
    JsonNode value = value(record, names);
    if (value.isTextual()) {
      return List.of(value.textValue());
    }
    if (!value.isNull() && !value.isArray()) {
      throw RefusedRecordException.wrongType(names.get(0), "a list of texts", value);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : value) {
      texts.add(text(item, names.get(0) + "[" + texts.size() + "]"));
    }
    return texts;
  }

  /** An id: a text, or a whole number. */
  static String id(ObjectNode record, List<String> names) throws RefusedRecordException {
    JsonNode value = value(record, names);
    if (value.isIntegralNumber()) {
      return value.asText();
    }
    String id = text(value, names.get(0));
    if (id.isBlank()) {
      throw new RefusedRecordException("empty_id", "'%s' is empty".formatted(names.get(0)));
    }
    return id;
  }

  /** A finite number, or the text of one. */
  static double number(JsonNode value, String name) throws RefusedRecordException {
    try {
      double number =
          value.isNumber()
              ? value.doubleValue()
              : Double.parseDouble(value.isTextual() ? value.textValue().strip() : "none");
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) { // said below, with the value
    }
    throw RefusedRecordException.wrongType(name, "a finite number", value);
  }

  /** A grade: a whole number, or the text of one. */
  static int grade(ObjectNode record) throws RefusedRecordException {
    JsonNode value = value(record, GRADE);
    double grade = number(value, GRADE.get(0));
    if (grade != Math.rint(grade) || Math.abs(grade) > Integer.MAX_VALUE) {
      throw RefusedRecordException.wrongType(GRADE.get(0), "a whole number", value);
    }
    return (int) grade;
  }

  /** A label, by its text: a text, a whole number or a truth value. */
  static String label(JsonNode value, String name) throws RefusedRecordException {
    if (value.isTextual() || value.isIntegralNumber() || value.isBoolean()) {
      return value.asText();
    }
    if (value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue())) {
      return Long.toString(value.longValue());
    }
    throw RefusedRecordException.wrongType(name, "a text or a whole number", value);
  }

  /** Whether a pair's label says that it belongs together: 1 or 0. */
  static boolean same(JsonNode value, String name) throws RefusedRecordException {
    return switch (label(value, name)) {
      case "1", "true" -> true;
      case "0", "false" -> false;
      default -> throw RefusedRecordException.wrongType(name, "0 or 1", value);
    };
  }
}
