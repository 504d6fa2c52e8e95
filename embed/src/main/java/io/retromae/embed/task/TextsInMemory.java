package io.retromae.embed.task;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** All texts of a small task. */
public final class TextsInMemory implements TextSink {
  private final Map<TextSet, List<String>> ids = new EnumMap<>(TextSet.class);
  private final Map<TextSet, List<String>> texts = new EnumMap<>(TextSet.class);

  @Override
  public void text(TextSet set, String id, String text) {
    ids.computeIfAbsent(set, s -> new ArrayList<>()).add(id);
    texts.computeIfAbsent(set, s -> new ArrayList<>()).add(text);
  }

  /** Ids of a set, in the order of its texts. */
  public List<String> ids(TextSet set) {
    return ids.getOrDefault(set, List.of());
  }

  /** Texts of a set. */
  public List<String> texts(TextSet set) {
    return texts.getOrDefault(set, List.of());
  }
}
