package io.retromae.embed.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.record.RefusedRecordException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Rows {@code text}, {@code label} of two splits. */
final class ClassificationRows implements RowUse {
  private final DistinctTexts texts;
  private final Part train = new Part();
  private final Part test = new Part();

  private static final class Part {
    private final List<Integer> texts = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();

    private int[] numbers() {
      return texts.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  ClassificationRows(TextSink sink) {
    texts = new DistinctTexts(TextSet.TEXTS, sink);
  }

  private void add(Part part, ObjectNode row) throws RefusedRecordException {
    String text = Fields.text(row, Fields.SENTENCES);
    part.labels.add(Fields.label(Fields.value(row, Fields.LABEL), "label"));
    part.texts.add(texts.number(text));
  }

  @Override
  public void row(ObjectNode row, long number) throws RefusedRecordException {
    add(test, row);
  }

  @Override
  public void trainingRow(ObjectNode row, long number) throws RefusedRecordException {
    add(train, row);
  }

  @Override
  public Judgments judgments() throws Nothing {
    if (train.texts.isEmpty() || test.texts.isEmpty()) {
      throw new Nothing(
          "there is no text %s".formatted(train.texts.isEmpty() ? "to learn from" : "to tell"));
    }
    Set<String> learnt = new TreeSet<>(train.labels);
    if (learnt.size() < 2) {
      throw new Nothing("all texts to learn from have the label " + train.labels.get(0));
    }
    List<String> all = new ArrayList<>(train.labels);
    all.addAll(test.labels);
    Labels labels = new Labels(all);
    return new Judgments.Classification(
        train.numbers(), labels.of(train.labels), test.numbers(), labels.of(test.labels));
  }

  @Override
  public Map<String, Long> leftOut() {
    Set<String> learnt = new TreeSet<>(train.labels);
    long unlearnt = test.labels.stream().filter(label -> !learnt.contains(label)).count();
    return unlearnt == 0 ? Map.of() : Map.of("texts_with_a_label_not_in_train_kept", unlearnt);
  }
}
