package io.retromae.core.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Fills settings records from a tree of nodes. A problem is noted and binding goes on with the
 * declared default, so that one run shows them all; the caller refuses the result if any was noted.
 */
final class RecordBinder {
  private static final String DEFAULT = "default";

  private final List<String> problems;
  private final boolean complete;
  private final List<ResolvedSetting> settings = new ArrayList<>();

  /** All paths of the settings that are bound. */
  private List<String> known = List.of();

  /** Settings without default that were given no value. */
  private int missing;

  /** Above 0 inside a list or mapping, which is listed whole. */
  private int collectionDepth;

  /**
   * A binder.
   *
   * @param problems takes what is wrong
   * @param complete whether a setting without default and value is wrong; else it is listed
   */
  RecordBinder(List<String> problems, boolean complete) {
    this.problems = problems;
    this.complete = complete;
  }

  List<ResolvedSetting> settings() {
    return settings;
  }

  Object bind(Class<?> type, ConfigNode.Mapping mapping, String path) {
    if (path.isEmpty()) {
      known = SettingNames.paths(type);
    }
    RecordComponent[] components = type.getRecordComponents();
    reportUnknown(components, mapping, path);
    int before = problems.size();
    int missingBefore = missing;
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = component(components[i], mapping, path);
    }
    // A record built from stand-ins would only report errors that are not there.
    return problems.size() > before || missing > missingBefore
        ? null
        : construct(type, components, values, mapping, path);
  }

  private void reportUnknown(
      RecordComponent[] components, ConfigNode.Mapping mapping, String path) {
    List<String> here =
        Arrays.stream(components).map(c -> SettingNames.toSnakeCase(c.getName())).toList();
    mapping
        .entries()
        .forEach(
            (key, value) -> {
              if (!here.contains(key)) {
                String hint =
                    SettingNames.meant(key, path, here, known)
                        .map(name -> "; did you mean '" + name + "'?")
                        .orElse("; known here: " + String.join(", ", here));
                problems.add(value.origin() + ": unknown setting '" + path + key + "'" + hint);
              }
            });
  }

  private Object component(RecordComponent component, ConfigNode.Mapping mapping, String path) {
    String key = SettingNames.toSnakeCase(component.getName());
    Setting declared = component.getAnnotation(Setting.class);
    if (declared == null) {
      throw new IllegalStateException(component + " of a settings record lacks @Setting");
    }
    ConfigNode node = mapping.entries().get(key);
    if (component.getType().isRecord()) {
      node = defaults(declared).under(node);
    } else if (node == null) {
      if (declared.standard().equals(Setting.REQUIRED)) {
        missing++;
        if (complete) {
          problems.add("%s%s: missing (%s); give it a value".formatted(path, key, declared.doc()));
        } else if (collectionDepth == 0) {
          settings.add(new ResolvedSetting(path + key, ResolvedSetting.REQUIRED, "no value yet"));
        }
        return null;
      }
      node = YamlReader.readValue(DEFAULT, declared.standard(), problems);
    }
    boolean record = component.getType().isRecord();
    collectionDepth += record ? 0 : 1;
    Object value = value(component.getGenericType(), declared, node, path + key);
    collectionDepth -= record ? 0 : 1;
    if (!record && collectionDepth == 0) {
      settings.add(new ResolvedSetting(path + key, spelling(node), node.origin()));
    }
    return value;
  }

  /** What a section's own settings have where it is used, in place of their defaults. */
  static ConfigNode.Mapping defaults(Setting section) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    if (!section.standard().equals(Setting.REQUIRED)) {
      var given = YamlReader.readValue(DEFAULT, section.standard(), new ArrayList<>());
      ((ConfigNode.Mapping) given)
          .entries()
          .forEach((key, value) -> entries.put(key, YamlReader.withOrigin(value, DEFAULT)));
    }
    return new ConfigNode.Mapping(entries, DEFAULT);
  }

  private Object value(Type type, Setting declared, ConfigNode node, String path) {
    if (type instanceof ParameterizedType generic) {
      return container(generic, declared, node, path);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      if (node instanceof ConfigNode.Mapping mapping) {
        return bind(plain, mapping, path + ".");
      }
      return problem(node, path, spelling(node), "must hold 'key: value' settings of its own");
    }
    if (!(node instanceof ConfigNode.Scalar scalar) || scalar.isNull()) {
      return problem(node, path, spelling(node), "must be " + describe(plain));
    }
    return scalar(plain, declared, scalar, path);
  }

  private Object container(ParameterizedType type, Setting declared, ConfigNode node, String path) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      return node instanceof ConfigNode.Scalar scalar && scalar.isNull()
          ? Optional.empty()
          : Optional.ofNullable(value(arguments[0], declared, node, path));
    }
    if (type.getRawType() == List.class) {
      if (!(node instanceof ConfigNode.Sequence sequence)) {
        return problem(node, path, spelling(node), "must be a list, such as [a, b]");
      }
      List<Object> items = new ArrayList<>();
      for (ConfigNode item : sequence.items()) {
        items.add(value(arguments[0], declared, item, path + "[" + items.size() + "]"));
      }
      return items.contains(null) ? null : List.copyOf(items);
    }
    if (type.getRawType() == Map.class) {
      if (!(node instanceof ConfigNode.Mapping mapping)) {
        return problem(node, path, spelling(node), "must be a mapping, such as {a: 1}");
      }
      Map<String, Object> entries = new LinkedHashMap<>();
      mapping
          .entries()
          .forEach((k, v) -> entries.put(k, value(arguments[1], declared, v, path + "." + k)));
      return entries.containsValue(null) ? null : java.util.Collections.unmodifiableMap(entries);
    }
    throw new IllegalStateException("a setting cannot have the type " + type);
  }

  private Object scalar(Class<?> type, Setting declared, ConfigNode.Scalar node, String path) {
    String text = node.text();
    if (type == String.class) {
      return text;
    }
    if (type == boolean.class || type == Boolean.class) {
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> problem(node, path, text, "must be true or false");
      };
    }
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (constant.toString().toLowerCase(Locale.ROOT).equals(text)) {
          return constant;
        }
      }
      return problem(node, path, text, "must be " + describe(type));
    }
    return number(type, declared, node, path);
  }

  private Object number(Class<?> type, Setting declared, ConfigNode.Scalar node, String path) {
    String text = node.text().replace("_", "");
    try {
      Number number;
      if (type == int.class || type == Integer.class) {
        number = Integer.parseInt(text);
      } else if (type == long.class || type == Long.class) {
        number = Long.parseLong(text);
      } else {
        number = Double.parseDouble(text);
      }
      double value = number.doubleValue();
      if (value >= declared.min()
          && value <= declared.max()
          && value > declared.above()
          && value < declared.below()) {
        return number;
      }
      return problem(node, path, node.text(), "must be " + range(declared));
    } catch (NumberFormatException e) {
      return problem(node, path, node.text(), "must be " + describe(type));
    }
  }

  private Object construct(
      Class<?> type,
      RecordComponent[] components,
      Object[] values,
      ConfigNode.Mapping mapping,
      String path) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalArgumentException rule)) {
        throw new IllegalStateException("settings record " + type, e.getCause());
      }
      String where = mapping.origin().equals(DEFAULT) ? "" : mapping.origin() + ": ";
      problems.add(where + path + rule.getMessage());
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("settings record " + type, e);
    }
  }

  private Object problem(ConfigNode node, String path, String value, String rule) {
    String where = node.origin().equals(DEFAULT) ? "" : node.origin() + ": ";
    problems.add(where + path + " = " + value + ": " + rule);
    return null;
  }

  static String describe(Class<?> type) {
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(c -> c.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    return type == boolean.class || type == Boolean.class ? "true or false" : "text";
  }

  static String range(Setting declared) {
    List<String> rules = new ArrayList<>();
    if (declared.min() != Double.NEGATIVE_INFINITY) {
      rules.add("at least " + plain(declared.min()));
    }
    if (declared.above() != Double.NEGATIVE_INFINITY) {
      rules.add("above " + plain(declared.above()));
    }
    if (declared.max() != Double.POSITIVE_INFINITY) {
      rules.add("at most " + plain(declared.max()));
    }
    if (declared.below() != Double.POSITIVE_INFINITY) {
      rules.add("below " + plain(declared.below()));
    }
    return String.join(" and ", rules);
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** A node in YAML's flow style. */
  static String spelling(ConfigNode node) {
    if (node instanceof ConfigNode.Scalar scalar) {
      return scalar.isNull() ? "null" : quoted(scalar.text());
    }
    if (node instanceof ConfigNode.Sequence sequence) {
      return sequence.items().stream()
          .map(RecordBinder::spelling)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return ((ConfigNode.Mapping) node)
        .entries().entrySet().stream()
            .map(e -> quoted(e.getKey()) + ": " + spelling(e.getValue()))
            .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String quoted(String text) {
    boolean safe = text.matches("[\\p{L}\\p{N}_./*+=@-][\\p{L}\\p{N}_./*+=@ -]*|[a-z0-9]+:/[^ ,]*");
    return safe && !text.equals("null") && !text.endsWith(" ") && !text.startsWith("- ")
        ? text
        : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
