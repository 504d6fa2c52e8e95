package io.retromae.core.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A parsed configuration value that remembers its place, so that problems can name it. */
sealed interface ConfigNode {
  /** {@code file:line}, {@code --set} or {@code default}. */
  String origin();

  /** A single value as it was written; {@code isNull} for YAML's null. */
  record Scalar(String text, boolean isNull, String origin) implements ConfigNode {}

  /** A list of values. */
  record Sequence(List<ConfigNode> items, String origin) implements ConfigNode {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** Keys to values, in the order of the file. */
  record Mapping(Map<String, ConfigNode> entries, String origin) implements ConfigNode {
    public Mapping {
      entries = new LinkedHashMap<>(entries);
    }

    /** This mapping with {@code later}'s entries on top: mappings merge, anything else replaces. */
    Mapping mergedWith(Mapping later) {
      Map<String, ConfigNode> merged = new LinkedHashMap<>(entries);
      later.entries.forEach(
          (key, value) ->
              merged.merge(
                  key,
                  value,
                  (before, after) ->
                      before instanceof Mapping a && after instanceof Mapping b
                          ? a.mergedWith(b)
                          : after));
      return new Mapping(merged, origin);
    }

    /** What was given, if it was, with these entries where it has none; no mapping stays as is. */
    ConfigNode under(ConfigNode given) {
      if (given == null) {
        return this;
      }
      return given instanceof Mapping mapping
          ? new Mapping(mergedWith(mapping).entries, mapping.origin)
          : given;
    }
  }

  /** A mapping that holds {@code value} at the dotted {@code path}. */
  static Mapping at(String path, ConfigNode value) {
    List<String> keys = new ArrayList<>(List.of(path.split("\\.", -1)));
    ConfigNode node = value;
    for (int i = keys.size() - 1; i >= 0; i--) {
      node = new Mapping(Map.of(keys.get(i), node), value.origin());
    }
    return (Mapping) node;
  }
}
