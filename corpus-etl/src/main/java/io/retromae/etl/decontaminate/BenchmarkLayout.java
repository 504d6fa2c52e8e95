package io.retromae.etl.decontaminate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.record.RefusedRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which fields of a record hold texts: the layouts in which BEIR, MTEB and C-MTEB are published,
 * told apart by the names of the fields.
 */
final class BenchmarkLayout {
  /** For people: what is understood. */
  static final String KNOWN =
      "known are: _id + text (in a file or folder named queries or corpus); title + text; query +"
          + " positive/negative (pos/neg); query or question; sentence1 + sentence2 (sent1 + sent2,"
          + " text1 + text2); text + label; sentences; query-id + corpus-id (qid + pid), which are"
          + " judgments without texts";

  /** Reason: no known layout has these fields. */
  static final String UNKNOWN = "unknown_layout";

  private static final List<String> QUERY_IDS = List.of("query-id", "query_id", "qid");
  private static final List<String> PASSAGE_IDS =
      List.of("corpus-id", "corpus_id", "corpus-ids", "pid", "docid", "doc_id", "passage_id");
  private static final List<String> QUERIES = List.of("query", "question");
  private static final List<String> CANDIDATES =
      List.of("positive", "negative", "positives", "negatives", "pos", "neg", "passage", "answer");
  private static final List<String> PASSAGES = List.of("text", "passage", "contents", "document");
  private static final List<String> LABELS = List.of("label", "labels", "label_text", "category");
  private static final List<List<String>> PAIRS =
      List.of(
          List.of("sentence1", "sentence2"),
          List.of("sent1", "sent2"),
          List.of("text1", "text2"),
          List.of("question1", "question2"));

  private final ObjectNode record;
  private final List<BenchmarkText> texts = new ArrayList<>();

  private BenchmarkLayout(ObjectNode record) {
    this.record = record;
  }

  /**
   * The texts of a record.
   *
   * @param named what the name of its file says it holds
   * @throws RefusedRecordException if the fields are in no known layout, or hold no text
   */
  static List<BenchmarkText> texts(ObjectNode record, Optional<Part> named)
      throws RefusedRecordException {
    BenchmarkLayout layout = new BenchmarkLayout(record);
    layout.read(named);
    return layout.texts;
  }

  /** The rules, the most telling names first. */
  private void read(Optional<Part> named) throws RefusedRecordException {
    Optional<List<String>> pair = PAIRS.stream().filter(this::hasAll).findFirst();
    Optional<String> query = first(QUERIES);
    if (pair.isPresent()) {
      take(Part.QUERIES, pair.get().get(0));
      take(Part.QUERIES, pair.get().get(1));
    } else if (query.isPresent()) {
      take(Part.QUERIES, query.get());
      takeCandidates();
    } else if (record.has("text") && named.isPresent() && named.get() == Part.QUERIES) {
      take(Part.QUERIES, "text");
    } else if (first(PASSAGES).isPresent() && (named.isPresent() || record.has("title"))) {
      takePassage(first(PASSAGES).get());
    } else if (record.has("text") && first(LABELS).isPresent()) {
      take(Part.QUERIES, "text");
    } else if (record.has("sentences")) {
      take(Part.QUERIES, "sentences");
    } else if (record.has("instruction")) {
      take(Part.QUERIES, "instruction");
    } else if (first(QUERY_IDS).isEmpty() || first(PASSAGE_IDS).isEmpty()) {
      throw new RefusedRecordException(UNKNOWN, "found the fields " + fields());
    }
  }

  private boolean hasAll(List<String> names) {
    return names.stream().allMatch(record::has);
  }

  private Optional<String> first(List<String> names) {
    return names.stream().filter(record::has).findFirst();
  }

  private String fields() {
    List<String> names = new ArrayList<>();
    record.fieldNames().forEachRemaining(names::add);
    return String.join(", ", names);
  }

  private void takeCandidates() throws RefusedRecordException {
    for (String field : CANDIDATES) {
      if (record.hasNonNull(field)) {
        takeAll(Part.PASSAGES, field, record.get(field));
      }
    }
  }

  /** Title and text are one text, as tasks compare them; either may be blank. */
  private void takePassage(String field) throws RefusedRecordException {
    String title = record.path("title").asText("");
    JsonNode text = record.get(field);
    if (!title.isBlank() && text.isTextual() && text.textValue().isBlank()) {
      take(Part.PASSAGES, "title");
      return;
    }
    take(Part.PASSAGES, field);
    if (!title.isBlank()) {
      int last = texts.size() - 1;
      texts.set(last, new BenchmarkText(Part.PASSAGES, title + "\n" + texts.get(last).text()));
    }
  }

  /** Takes a field that must hold a text, or a list of texts. */
  private void take(Part part, String field) throws RefusedRecordException {
    JsonNode value = record.get(field);
    if (value.isNull()) {
      throw new RefusedRecordException("missing_text", "'%s' is null".formatted(field));
    }
    int before = texts.size();
    takeAll(part, field, value);
    if (texts.size() == before) {
      throw new RefusedRecordException("empty_text", "'%s' holds no text".formatted(field));
    }
  }

  private void takeAll(Part part, String field, JsonNode value) throws RefusedRecordException {
    if (value.isTextual()) {
      if (!value.textValue().isBlank()) {
        texts.add(new BenchmarkText(part, value.textValue()));
      }
    } else if (value.isArray()) {
      for (JsonNode item : value) {
        takeAll(part, field, item);
      }
    } else if (!value.isNull()) {
      throw new RefusedRecordException(
          "wrong_type",
          "'%s' must be a text or a list of texts, is %s".formatted(field, value.getNodeType()));
    }
  }
}
