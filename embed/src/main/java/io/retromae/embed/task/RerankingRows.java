package io.retromae.embed.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.record.RefusedRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rows {@code query}, {@code positive}, {@code negative}. */
final class RerankingRows implements RowUse {
  private final DistinctTexts queries;
  private final DistinctTexts documents;
  private final List<Judgments.Sample> samples = new ArrayList<>();
  private final Map<String, Long> leftOut = new TreeMap<>();

  RerankingRows(TextSink sink) {
    queries = new DistinctTexts(TextSet.QUERIES, sink);
    documents = new DistinctTexts(TextSet.CORPUS, sink);
  }

  @Override
  public void row(ObjectNode row, long number) throws RefusedRecordException {
    List<String> query = Fields.texts(row, List.of("query"));
    List<String> positives = Fields.texts(row, Fields.POSITIVE);
    List<String> negatives = Fields.texts(row, Fields.NEGATIVE);
    if (query.size() != 1) {
      throw new RefusedRecordException(
          "wrong_type", "'query' must be one text, is a list of %d".formatted(query.size()));
    }
    if (positives.isEmpty() || negatives.isEmpty()) {
      String reason = positives.isEmpty() ? "positives" : "negatives";
      leftOut.merge("queries_without_" + reason, 1L, Long::sum);
      return;
    }
    samples.add(
        new Judgments.Sample(
            number, queries.number(query.get(0)), numbers(positives), numbers(negatives)));
  }

  private int[] numbers(List<String> texts) {
    return texts.stream().mapToInt(documents::number).toArray();
  }

  @Override
  public Judgments judgments() throws Nothing {
    if (samples.isEmpty()) {
      throw new Nothing("no query has positives and negatives");
    }
    return new Judgments.Reranking(samples);
  }

  @Override
  public Map<String, Long> leftOut() {
    return leftOut;
  }
}
