package io.retromae.embed.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.record.RefusedRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows {@code sentences}, {@code labels}: lists, each row a set to cluster; or a text and a label
 * in each row, all of them one set.
 */
final class ClusteringRows implements RowUse {
  private final DistinctTexts texts;
  private final List<List<Integer>> sets = new ArrayList<>();
  private final List<List<String>> labels = new ArrayList<>();
  private final Map<String, Long> leftOut = new TreeMap<>();
  private boolean single;

  ClusteringRows(TextSink sink) {
    texts = new DistinctTexts(TextSet.TEXTS, sink);
  }

  @Override
  public void row(ObjectNode row, long number) throws RefusedRecordException {
    JsonNode label = Fields.value(row, Fields.LABEL);
    List<String> these = Fields.texts(row, Fields.SENTENCES);
    List<String> theirs = new ArrayList<>();
    if (label.isArray()) {
      for (JsonNode one : label) {
        theirs.add(Fields.label(one, "labels[%d]".formatted(theirs.size())));
      }
    } else {
      theirs.add(Fields.label(label, "label"));
    }
    if (these.size() != theirs.size()) {
      throw new RefusedRecordException(
          "unequal_lengths", "%d sentences, %d labels".formatted(these.size(), theirs.size()));
    }
    if (!sets.isEmpty() && single == label.isArray()) {
      throw new RefusedRecordException("wrong_type", "lists in some rows, single labels in others");
    }
    single = !label.isArray();
    if (!single || sets.isEmpty()) {
      sets.add(new ArrayList<>());
      labels.add(new ArrayList<>());
    }
    these.forEach(text -> sets.get(sets.size() - 1).add(texts.number(text)));
    labels.get(labels.size() - 1).addAll(theirs);
  }

  @Override
  public Judgments judgments() throws Nothing {
    List<Judgments.Labelled> labelled = new ArrayList<>();
    for (int i = 0; i < sets.size(); i++) {
      if (sets.get(i).isEmpty()) {
        leftOut.merge("empty_sets", 1L, Long::sum);
      } else {
        labelled.add(
            new Judgments.Labelled(
                sets.get(i).stream().mapToInt(Integer::intValue).toArray(),
                new Labels(labels.get(i)).of(labels.get(i))));
      }
    }
    if (labelled.isEmpty()) {
      throw new Nothing("there is no text");
    }
    return new Judgments.Clustering(labelled);
  }

  @Override
  public Map<String, Long> leftOut() {
    return leftOut;
  }
}
