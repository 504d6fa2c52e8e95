package io.retromae.embed.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.record.RefusedRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows {@code sentence1}, {@code sentence2}, {@code score}. */
final class SimilarityRows implements RowUse {
  private final DistinctTexts texts;
  private final List<Integer> left = new ArrayList<>();
  private final List<Integer> right = new ArrayList<>();
  private final List<Double> scores = new ArrayList<>();

  SimilarityRows(TextSink sink) {
    texts = new DistinctTexts(TextSet.TEXTS, sink);
  }

  @Override
  public void row(ObjectNode row, long number) throws RefusedRecordException {
    String first = Fields.text(row, Fields.LEFT);
    String second = Fields.text(row, Fields.RIGHT);
    scores.add(Fields.number(Fields.value(row, Fields.SCORE), "score"));
    left.add(texts.number(first));
    right.add(texts.number(second));
  }

  @Override
  public Judgments judgments() throws Nothing {
    if (scores.isEmpty()) {
      throw new Nothing("there is no pair");
    }
    return new Judgments.Similarity(
        left.stream().mapToInt(Integer::intValue).toArray(),
        right.stream().mapToInt(Integer::intValue).toArray(),
        scores.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Override
  public Map<String, Long> leftOut() {
    return Map.of();
  }
}
