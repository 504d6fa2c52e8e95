package io.retromae.core.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes every setting of a record with default, type, range and meaning, as commented YAML. */
public final class ConfigReference {
  private ConfigReference() {}

  /**
   * The reference of one settings record.
   *
   * @param type the settings record
   * @param indent blanks before each line
   */
  public static String yaml(Class<? extends Record> type, int indent) {
    StringBuilder out = new StringBuilder();
    write(type, Map.of(), " ".repeat(indent), out);
    return out.toString();
  }

  /**
   * Writes a record's settings.
   *
   * @param defaults that count where this record is used, in place of its own
   */
  private static void write(
      Class<?> type, Map<String, ConfigNode> defaults, String indent, StringBuilder out) {
    for (RecordComponent component : type.getRecordComponents()) {
      Setting setting = component.getAnnotation(Setting.class);
      String key = SettingNames.toSnakeCase(component.getName());
      out.append(indent).append("# ").append(setting.doc()).append('\n');
      if (component.getType().isRecord()) {
        out.append(indent).append(key).append(":\n");
        write(component.getType(), RecordBinder.defaults(setting).entries(), indent + "  ", out);
        continue;
      }
      String range = RecordBinder.range(setting);
      out.append(indent).append("# ").append(describe(component.getGenericType()));
      out.append(range.isEmpty() ? "" : ", " + range).append('\n');
      String standard =
          defaults.containsKey(key) ? RecordBinder.spelling(defaults.get(key)) : setting.standard();
      boolean required = standard.equals(Setting.REQUIRED);
      out.append(indent).append(key).append(": ");
      out.append(required ? "# required" : standard).append('\n');
      Optional<Class<?>> element = recordElement(component.getGenericType());
      if (element.isPresent()) {
        out.append(indent).append("# each entry of ").append(key).append(" has:\n");
        StringBuilder nested = new StringBuilder();
        write(element.get(), Map.of(), indent + "  ", nested);
        nested.toString().lines().forEach(l -> out.append("#").append(l).append('\n'));
      }
    }
  }

  private static Optional<Class<?>> recordElement(Type type) {
    if (!(type instanceof ParameterizedType generic)) {
      return Optional.empty();
    }
    Type[] arguments = generic.getActualTypeArguments();
    Type last = arguments[arguments.length - 1];
    return last instanceof Class<?> c && c.isRecord() ? Optional.of(c) : recordElement(last);
  }

  private static String describe(Type type) {
    if (!(type instanceof ParameterizedType generic)) {
      Class<?> plain = (Class<?>) type;
      return plain.isRecord() ? "settings" : RecordBinder.describe(plain);
    }
    Type[] arguments = generic.getActualTypeArguments();
    if (generic.getRawType() == Optional.class) {
      return describe(arguments[0]) + " or null";
    }
    if (generic.getRawType() == List.class) {
      return "list: each " + describe(arguments[0]);
    }
    if (generic.getRawType() == Map.class) {
      return "mapping from name to: " + describe(arguments[1]);
    }
    throw new IllegalStateException("a setting cannot have the type " + type);
  }
}
