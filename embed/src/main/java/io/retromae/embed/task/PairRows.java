package io.retromae.embed.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.record.RefusedRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Rows {@code sentence1}, {@code sentence2}, {@code labels}: a pair each, or a list in each field.
 */
final class PairRows implements RowUse {
  private final DistinctTexts texts;
  private final List<Integer> left = new ArrayList<>();
  private final List<Integer> right = new ArrayList<>();
  private final List<Boolean> same = new ArrayList<>();

  PairRows(TextSink sink) {
    texts = new DistinctTexts(TextSet.TEXTS, sink);
  }

  @Override
  public void row(ObjectNode row, long number) throws RefusedRecordException {
    JsonNode labels = Fields.value(row, Fields.LABEL);
    List<String> first = Fields.texts(row, Fields.LEFT);
    List<String> second = Fields.texts(row, Fields.RIGHT);
    List<Boolean> these = new ArrayList<>();
    if (labels.isArray()) {
      for (JsonNode label : labels) {
        these.add(Fields.same(label, "labels[%d]".formatted(these.size())));
      }
    } else {
      these.add(Fields.same(labels, "label"));
    }
    if (first.size() != second.size() || first.size() != these.size()) {
      throw new RefusedRecordException(
          "unequal_lengths",
          "%d first sentences, %d second ones, %d labels"
              .formatted(first.size(), second.size(), these.size()));
    }
    first.forEach(text -> left.add(texts.number(text)));
    second.forEach(text -> right.add(texts.number(text)));
    same.addAll(these);
  }

  @Override
  public Judgments judgments() throws Nothing {
    if (same.isEmpty()) {
      throw new Nothing("there is no pair");
    }
    if (!same.contains(true) || !same.contains(false)) {
      throw new Nothing("all pairs have the label " + (same.get(0) ? 1 : 0));
    }
    boolean[] labels = new boolean[same.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = same.get(i);
    }
    return new Judgments.Pairs(
        left.stream().mapToInt(Integer::intValue).toArray(),
        right.stream().mapToInt(Integer::intValue).toArray(),
        labels);
  }

  @Override
  public Map<String, Long> leftOut() {
    return Map.of();
  }
}
