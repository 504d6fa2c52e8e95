package io.retromae.core.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * YAML text to {@link ConfigNode}s with line numbers. Scalars keep their spelling, so that the
 * setting's own type decides what {@code 1e-4}, {@code no} or {@code 012} means, not YAML 1.1. A
 * list or mapping cannot be used twice by an alias: it could hold itself, or a billion copies.
 */
final class YamlReader {
  /** Characters of all values together; a file has fewer, but for aliases. */
  private static final long MOST_CHARACTERS = new LoaderOptions().getCodePointLimit();

  private final String file;
  private final List<String> problems;
  private final Set<Node> converted = Collections.newSetFromMap(new IdentityHashMap<>());
  private long characters;

  private YamlReader(String file, List<String> problems) {
    this.file = file;
    this.problems = problems;
  }

  /** Parses a whole file; problems are added to {@code problems} as {@code file:line: ...}. */
  static ConfigNode.Mapping readFile(String file, String yaml, List<String> problems) {
    YamlReader reader = new YamlReader(file, problems);
    ConfigNode node = reader.parse(yaml);
    if (node instanceof ConfigNode.Mapping mapping) {
      return mapping;
    }
    if (!(node instanceof ConfigNode.Scalar scalar && scalar.isNull())) {
      problems.add(node.origin() + ": a configuration file must hold 'key: value' lines");
    }
    return new ConfigNode.Mapping(Map.of(), file);
  }

  /** Parses one value, such as the right-hand side of {@code --set} or a declared default. */
  static ConfigNode readValue(String origin, String yaml, List<String> problems) {
    ConfigNode node = new YamlReader(origin, problems).parse(yaml);
    return withOrigin(node, origin);
  }

  private ConfigNode parse(String yaml) {
    try {
      Node node = new Yaml(new LoaderOptions()).compose(new java.io.StringReader(yaml));
      return node == null ? new ConfigNode.Scalar("", true, file) : convert(node);
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      problems.add(file + ":" + line + ": not valid YAML: " + e.getProblem());
      return new ConfigNode.Scalar("", true, file);
    } catch (YAMLException e) { // nested too deeply, too large, or no text
      String reason = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      problems.add(file + ": not valid YAML: " + reason);
      return new ConfigNode.Scalar("", true, file);
    }
  }

  private ConfigNode convert(Node node) {
    String origin = file + ":" + (node.getStartMark().getLine() + 1);
    if (node instanceof ScalarNode scalar) {
      count(scalar.getValue());
      boolean isNull =
          scalar.getTag().equals(Tag.NULL)
              && scalar.getScalarStyle() == DumperOptions.ScalarStyle.PLAIN;
      return new ConfigNode.Scalar(scalar.getValue(), isNull, origin);
    }
    if (!converted.add(node)) {
      problems.add(
          origin + ": this list or mapping is used again by an alias (*name); write it out there");
      return new ConfigNode.Scalar("", true, origin);
    }
    if (node instanceof SequenceNode sequence) {
      List<ConfigNode> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        items.add(convert(item));
      }
      return new ConfigNode.Sequence(items, origin);
    }
    MappingNode mapping = (MappingNode) node;
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      int line = tuple.getKeyNode().getStartMark().getLine() + 1;
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(file + ":" + line + ": a setting's name must be plain text");
        continue;
      }
      count(key.getValue());
      ConfigNode value = withLine(convert(tuple.getValueNode()), line);
      if (entries.putIfAbsent(key.getValue(), value) != null) {
        problems.add(
            "%s:%d: setting '%s' is given twice; remove one".formatted(file, line, key.getValue()));
      }
    }
    return new ConfigNode.Mapping(entries, origin);
  }

  private void count(String text) {
    characters += text.length();
    if (characters > MOST_CHARACTERS) {
      throw new YAMLException(
          "aliases make it longer than %,d characters".formatted(MOST_CHARACTERS));
    }
  }

  /** The line of the key is where a reader looks, also for values that start further down. */
  private ConfigNode withLine(ConfigNode node, int line) {
    return withOrigin(node, file + ":" + line);
  }

  /** The same value from elsewhere. */
  static ConfigNode withOrigin(ConfigNode node, String origin) {
    if (node instanceof ConfigNode.Scalar scalar) {
      return new ConfigNode.Scalar(scalar.text(), scalar.isNull(), origin);
    }
    if (node instanceof ConfigNode.Sequence sequence) {
      return new ConfigNode.Sequence(sequence.items(), origin);
    }
    return new ConfigNode.Mapping(((ConfigNode.Mapping) node).entries(), origin);
  }
}
