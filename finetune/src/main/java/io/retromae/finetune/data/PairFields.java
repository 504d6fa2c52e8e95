package io.retromae.finetune.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.record.RefusedRecordException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Values of a record, or the reason to refuse it. */
final class PairFields {
  private PairFields() {}

  static String text(JsonNode value, String name) throws RefusedRecordException {
    if (value == null || value.isNull()) {
      throw new RefusedRecordException("missing_" + plain(name), "no '%s'".formatted(name));
    }
    if (!value.isTextual()) {
      throw RefusedRecordException.wrongType(name, "a text", value);
    }
    return Normalizer.normalize(value.textValue(), Normalizer.Form.NFC);
  }

  /** Texts of a list; a text alone is a list of one, nothing and null an empty one. */
  static List<String> texts(ObjectNode record, String name, LineCounts counts)
      throws RefusedRecordException {
    JsonNode value = record.path(name);
    if (value.isTextual()) {
      counts.treated(name + "_was_a_text", 1);
      return List.of(text(value, name));
    }
    if (!value.isMissingNode() && !value.isNull() && !value.isArray()) {
      throw RefusedRecordException.wrongType(name, "a list of texts", value);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : value) {
      texts.add(text(item, name + "[" + texts.size() + "]"));
    }
    return texts;
  }

  /** Texts of passages with a title: {@code title + " " + text}. */
  static List<String> passages(ObjectNode record, String name) throws RefusedRecordException {
    JsonNode value = record.path(name);
    if (!value.isMissingNode() && !value.isNull() && !value.isArray()) {
      throw RefusedRecordException.wrongType(name, "a list of passages", value);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : value) {
      String where = name + "[" + texts.size() + "]";
      if (!item.isObject()) {
        throw RefusedRecordException.wrongType(where, "an object with a text", item);
      }
      texts.add(passage(item, where + "."));
    }
    return texts;
  }

  /**
   * The text of a passage.
   *
   * @param where it is, for messages, with a dot at its end
   */
  static String passage(JsonNode passage, String where) throws RefusedRecordException {
    String text = text(passage.get("text"), where + "text");
    JsonNode title = passage.path("title");
    boolean titled = title.isTextual() && !title.textValue().isEmpty();
    return titled ? text(title, where + "title") + " " + text : text;
  }

  /** Scores, one for each of so many texts; none if the field is not there. */
  static double[] scores(ObjectNode record, String name, int texts) throws RefusedRecordException {
    JsonNode value = record.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return new double[0];
    }
    if (!value.isArray() || value.size() != texts) {
      throw new RefusedRecordException(
          "unequal_scores",
          "'%s' must be a list of %d numbers, is %s"
              .formatted(name, texts, RefusedRecordException.shown(value)));
    }
    double[] scores = new double[texts];
    for (int i = 0; i < texts; i++) {
      scores[i] = value.get(i).isNumber() ? value.get(i).doubleValue() : Double.NaN;
      if (!Double.isFinite(scores[i])) {
        throw RefusedRecordException.wrongType(
            name + "[" + i + "]", "a finite number", value.get(i));
      }
    }
    return scores;
  }

  static OptionalInt count(ObjectNode record, String name) throws RefusedRecordException {
    JsonNode value = record.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalInt.empty();
    }
    if (!value.isIntegralNumber() || value.longValue() < 1 || !value.canConvertToInt()) {
      throw RefusedRecordException.wrongType(name, "a whole number from 1", value);
    }
    return OptionalInt.of(value.intValue());
  }

  /** A field's name without places in lists, as reports count it. */
  private static String plain(String name) {
    return name.replaceAll("\\[\\d+]", "").replace('.', '_');
  }
}
