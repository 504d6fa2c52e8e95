package io.retromae.finetune.heldout;

import io.retromae.core.vocab.RowFrame;
import io.retromae.embed.encoder.ModelTokenizer;
import io.retromae.embed.metric.rank.Qrels;
import io.retromae.embed.probe.TriedTask;
import io.retromae.finetune.data.DataSet;
import io.retromae.finetune.data.Instructions;
import io.retromae.finetune.data.PairLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Held-out lines as a retrieval task: each query looks for its positives among all positives and
 * negatives of all lines. Equal texts are one; a query asked twice has the positives of both lines.
 */
final class HeldOutTexts {
  private final ModelTokenizer tokenizer;
  private final Instructions instructions;
  private final int queryMaxLength;
  private final int passageMaxLength;
  private final Map<String, Map<String, Integer>> positivesOfQuery = new LinkedHashMap<>();
  private final Map<String, String> idOfQuery = new LinkedHashMap<>();
  private final Map<String, String> idOfPassage = new LinkedHashMap<>();

  HeldOutTexts(
      ModelTokenizer tokenizer,
      Instructions instructions,
      int queryMaxLength,
      int passageMaxLength) {
    this.tokenizer = tokenizer;
    this.instructions = instructions;
    this.queryMaxLength = queryMaxLength;
    this.passageMaxLength = passageMaxLength;
  }

  /** The task. */
  TriedTask task(List<DataSet> heldOut) {
    heldOut.forEach(set -> set.lines().forEach(this::add));
    List<int[]> rows = new ArrayList<>();
    idOfQuery.keySet().forEach(text -> rows.add(ids(text, queryMaxLength)));
    idOfPassage.keySet().forEach(text -> rows.add(ids(text, passageMaxLength)));
    return new TriedTask(
        "",
        List.copyOf(idOfQuery.values()),
        idOfPassage.values().toArray(String[]::new),
        rows,
        new Qrels(positivesOfQuery),
        HeldOutProbe.METRICS,
        "");
  }

  private void add(PairLine line) {
    String query = id(idOfQuery, "q", instructions.ofQuery(line));
    Map<String, Integer> positives =
        positivesOfQuery.computeIfAbsent(query, q -> new LinkedHashMap<>());
    for (String text : line.positives()) {
      positives.put(id(idOfPassage, "p", instructions.ofPassage(line, text)), 1);
    }
    line.negatives().forEach(text -> id(idOfPassage, "p", instructions.ofPassage(line, text)));
  }

  private static String id(Map<String, String> ids, String kind, String text) {
    return ids.computeIfAbsent(text, t -> kind + ids.size());
  }

  private int[] ids(String text, int maxLength) {
    return RowFrame.cut(tokenizer.encode(text), maxLength);
  }
}
