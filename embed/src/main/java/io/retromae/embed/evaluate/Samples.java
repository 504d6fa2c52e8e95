package io.retromae.embed.evaluate;

import io.retromae.embed.encoder.ModelTokenizer;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TaskSettings;
import io.retromae.embed.task.TextSet;
import io.retromae.embed.task.TextSink;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The first texts of each set of each task, from which lengths in tokens are estimated. */
public final class Samples {
  private static final int TEXTS = 200;

  private final Map<String, Map<TextSet, List<String>>> texts = new HashMap<>();

  /** Takes the texts of a task. */
  TextSink of(TaskSettings task) {
    Map<TextSet, List<String>> sets = new EnumMap<>(TextSet.class);
    texts.put(task.name(), sets);
    return (set, id, text) -> {
      List<String> first = sets.computeIfAbsent(set, s -> new ArrayList<>());
      if (first.size() < TEXTS) {
        first.add(text);
      }
    };
  }

  /** Tokens of a text of a set on average, [CLS] and [SEP] counted, cut as the encoder does. */
  public double meanTokens(Competitor.Encoder encoder, Task task, TextSet set) {
    ModelTokenizer tokenizer =
        new ModelTokenizer(encoder.folder().vocabulary(), encoder.folder().wordRules());
    String instruction = encoder.instruction(task, set);
    int most = encoder.spec(set).maxLength();
    return texts.getOrDefault(task.name(), Map.of()).getOrDefault(set, List.of()).stream()
        .mapToInt(text -> Math.min(most, 2 + tokenizer.encode(instruction + text).length))
        .average()
        .orElse(0);
  }
}
