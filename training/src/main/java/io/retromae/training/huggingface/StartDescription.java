package io.retromae.training.huggingface;

import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The line that tells what a run takes from a model folder, what it makes fresh and leaves. */
final class StartDescription {
  private static final int MAX_GROUPS = 6;

  private StartDescription() {}

  static String of(
      String folder,
      ParameterLayout layout,
      BertShape shape,
      WeightIndex index,
      WeightSources sources) {
    List<String> parts = new ArrayList<>();
    long decoder = sources.parameterOf().values().stream().filter(layout::ofDecoder).count();
    parts.add(
        "from %s: %d tensors%s"
            .formatted(
                folder,
                sources.parameterOf().size(),
                decoder > 0 ? ", %d of them the decoder's".formatted(decoder) : ""));
    if (!sources.fresh().isEmpty()) {
      parts.add("fresh: " + groups(sources.fresh()));
    }
    if (!sources.unused().isEmpty()) {
      parts.add("not used: " + groups(sources.unused()));
    }
    long known = sources.knownPositions(index);
    if (known < shape.maxPositionEmbeddings()) {
      parts.add("positions %d -> %d by copying".formatted(known, shape.maxPositionEmbeddings()));
    }
    TreeSet<String> types = new TreeSet<>();
    sources
        .parameterOf()
        .keySet()
        .forEach(tensor -> types.add(index.find(tensor).orElseThrow().entry().dtype()));
    types.remove("F32");
    if (!types.isEmpty()) {
      parts.add(String.join(", ", types) + " to F32");
    }
    if (!index.left().isEmpty()) {
      parts.add("not read, safetensors go first: " + String.join(", ", index.left()));
    }
    return String.join("; ", parts);
  }

  /** Names by what they belong to, with their number: {@code bert.pooler (2)}. */
  private static String groups(List<String> names) {
    Map<String, Integer> counts = new TreeMap<>();
    names.forEach(name -> counts.merge(group(name), 1, Integer::sum));
    List<String> shown = new ArrayList<>();
    counts.forEach((group, count) -> shown.add("%s (%d)".formatted(group, count)));
    if (shown.size() > MAX_GROUPS) {
      int more = shown.size() - MAX_GROUPS;
      shown.subList(MAX_GROUPS, shown.size()).clear();
      shown.add("%d more groups".formatted(more));
    }
    return String.join(", ", shown);
  }

  private static String group(String name) {
    String[] parts = name.split("\\.");
    int depth = parts[0].equals("bert") || parts[0].equals("cls") ? 2 : 1;
    int more = name.contains("encoder.layer.") ? 2 : name.contains("embeddings.") ? 1 : 0;
    return String.join(".", List.of(parts).subList(0, Math.min(parts.length, depth + more)));
  }
}
