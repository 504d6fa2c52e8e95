package io.retromae.finetune.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.record.RefusedRecordException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The published formats of pairs, told by a record's fields. */
enum PairFormat {
  /** {@code query}, {@code pos}, {@code neg}; scores, prompt and more by option. */
  FLAG_EMBEDDING {
    @Override
    PairLine read(ObjectNode record, Reading reading) throws RefusedRecordException {
      List<String> positives = PairFields.texts(record, "pos", reading.counts());
      List<String> negatives = PairFields.texts(record, "neg", reading.counts());
      JsonNode prompt = record.path("prompt");
      return new PairLine(
          PairFields.text(record.get("query"), "query"),
          positives,
          negatives,
          PairFields.scores(record, "pos_scores", positives.size()),
          PairFields.scores(record, "neg_scores", negatives.size()),
          new PairLine.Traits(
              prompt.isMissingNode() || prompt.isNull()
                  ? Optional.empty()
                  : Optional.of(PairFields.text(prompt, "prompt")),
              PairLine.Kind.of(record.path("type").asText("")),
              PairFields.count(record, "batch_size"),
              PairFields.count(record, "train_group_size")));
    }
  },
  /** {@code query} and passages with titles. */
  TEVATRON {
    @Override
    PairLine read(ObjectNode record, Reading reading) throws RefusedRecordException {
      return plain(
          PairFields.text(record.get("query"), "query"),
          PairFields.passages(record, "positive_passages"),
          PairFields.passages(record, "negative_passages"));
    }
  },
  /** {@code query_text} and ids of passages in a corpus. */
  TEVATRON_IDS {
    @Override
    PairLine read(ObjectNode record, Reading reading) throws RefusedRecordException {
      return plain(
          PairFields.text(record.get("query_text"), "query_text"),
          byId(record, "positive_document_ids", reading.corpus()),
          byId(record, "negative_document_ids", reading.corpus()));
    }
  },
  /** {@code question} and contexts with titles; hard negatives, then those that are left. */
  DPR {
    @Override
    PairLine read(ObjectNode record, Reading reading) throws RefusedRecordException {
      List<String> negatives = new ArrayList<>(PairFields.passages(record, "hard_negative_ctxs"));
      negatives.addAll(PairFields.passages(record, "negative_ctxs"));
      return plain(
          PairFields.text(record.get("question"), "question"),
          PairFields.passages(record, "positive_ctxs"),
          negatives);
    }
  },
  /** One column a text. */
  COLUMNS {
    @Override
    PairLine read(ObjectNode record, Reading reading) throws RefusedRecordException {
      ColumnNames names = reading.columns();
      List<String> negatives = new ArrayList<>();
      for (Iterator<String> fields = record.fieldNames(); fields.hasNext(); ) {
        String field = fields.next();
        if (field.startsWith(names.negative()) && !record.get(field).isNull()) {
          negatives.add(PairFields.text(record.get(field), field));
        }
      }
      return plain(
          PairFields.text(record.get(names.anchor()), names.anchor()),
          List.of(PairFields.text(record.get(names.positive()), names.positive())),
          negatives);
    }
  };

  /**
   * What reading needs beside the record.
   *
   * @param columns names of plain columns
   * @param corpus texts by id, for files that name passages only
   * @param counts what was done
   */
  record Reading(ColumnNames columns, Map<String, String> corpus, LineCounts counts) {}

  abstract PairLine read(ObjectNode record, Reading reading) throws RefusedRecordException;

  /** The format of a record. */
  static PairFormat of(ObjectNode record, ColumnNames columns) throws RefusedRecordException {
    if (record.has("positive_passages")) {
      return TEVATRON;
    }
    if (record.has("positive_document_ids")) {
      return TEVATRON_IDS;
    }
    if (record.has("positive_ctxs")) {
      return DPR;
    }
    if (record.has(columns.anchor()) && record.has(columns.positive())) {
      return COLUMNS;
    }
    if (record.has("query") || record.has("pos")) {
      return FLAG_EMBEDDING;
    }
    List<String> found = new ArrayList<>();
    record.fieldNames().forEachRemaining(found::add);
    throw new RefusedRecordException(
        "unknown_format",
        "fields %s are of no known format; a line has query and pos, or %s and %s"
            .formatted(String.join(", ", found), columns.anchor(), columns.positive()));
  }

  private static PairLine plain(String query, List<String> positives, List<String> negatives) {
    return new PairLine(
        query, positives, negatives, new double[0], new double[0], PairLine.Traits.NONE);
  }

  private static List<String> byId(ObjectNode record, String name, Map<String, String> corpus)
      throws RefusedRecordException {
    List<String> texts = new ArrayList<>();
    for (JsonNode id : record.path(name)) {
      String text = corpus.get(id.asText());
      if (text == null) {
        throw new RefusedRecordException(
            "unknown_document", "'%s' names %s: not in the corpus".formatted(name, id));
      }
      texts.add(text);
    }
    return texts;
  }
}
