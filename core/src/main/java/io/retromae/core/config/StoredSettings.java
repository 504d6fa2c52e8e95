package io.retromae.core.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what {@link Resolved#yaml} wrote: settings and their origins, whatever job they belong to.
 * A line that is not of that form, because somebody edited the file, is passed over.
 */
public final class StoredSettings {
  private static final String ORIGIN = "  # ";

  private StoredSettings() {}

  /** All settings, in the file's order. */
  public static List<ResolvedSetting> read(String yaml) {
    List<ResolvedSetting> settings = new ArrayList<>();
    Deque<String> open = new ArrayDeque<>();
    for (String line : yaml.lines().toList()) {
      String text = line.strip();
      int colon = text.indexOf(':');
      int depth = (line.length() - line.stripLeading().length()) / 2;
      if (colon <= 0 || depth > open.size()) {
        continue;
      }
      while (open.size() > depth) {
        open.removeLast();
      }
      open.addLast(text.substring(0, colon));
      int origin = text.lastIndexOf(ORIGIN);
      if (origin > colon) {
        settings.add(
            new ResolvedSetting(
                String.join(".", open),
                text.substring(colon + 1, origin).strip(),
                text.substring(origin + ORIGIN.length())));
        open.removeLast();
      }
    }
    return settings;
  }

  /** A setting's value as text, without the quotes of YAML. */
  public static String plain(String value) {
    ConfigNode node = YamlReader.readValue("", value, new ArrayList<>());
    return node instanceof ConfigNode.Scalar scalar ? scalar.text() : value;
  }

  /** The entries of a setting that is a mapping; none if it is something else. */
  public static Map<String, String> entries(String value) {
    Map<String, String> entries = new LinkedHashMap<>();
    if (YamlReader.readValue("", value, new ArrayList<>()) instanceof ConfigNode.Mapping mapping) {
      mapping
          .entries()
          .forEach(
              (key, node) -> {
                if (node instanceof ConfigNode.Scalar scalar) {
                  entries.put(key, scalar.text());
                }
              });
    }
    return entries;
  }
}
