package io.retromae.etl.source.parquet;

import io.retromae.etl.source.FileError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * A column of texts: a field, or a field of a struct as {@code a.b}; a field whose name literally
 * holds the dot wins.
 *
 * @param path names from the top
 * @param schema with this column alone
 */
record ParquetColumn(List<String> path, MessageType schema) {
  ParquetColumn {
    path = List.copyOf(path);
  }

  String[] pathArray() {
    return path.toArray(new String[0]);
  }

  /** Whether a file has a column, of whatever type. */
  static boolean exists(MessageType schema, String column) {
    return !find(schema, column.split("\\.", -1), 0).isEmpty();
  }

  /**
   * Finds a column.
   *
   * @throws ParquetErrors.UnusableException if it is missing, holds no text, or lies in a list
   */
  static ParquetColumn find(MessageType schema, String column)
      throws ParquetErrors.UnusableException {
    List<Type> types = find(schema, column.split("\\.", -1), 0);
    if (types.isEmpty()) {
      throw new ParquetErrors.UnusableException(
          FileError.COLUMNS,
          "no column '%s'; columns found: %s; set text_column, title_column, source_column"
              .formatted(column, describe(schema)));
    }
    Type own = types.get(types.size() - 1);
    boolean list = types.stream().anyMatch(type -> type.isRepetition(Type.Repetition.REPEATED));
    if (list || !isText(own)) {
      throw new ParquetErrors.UnusableException(
          FileError.COLUMNS,
          "column '%s' must be a string or binary, is '%s'; columns found: %s"
              .formatted(column, list ? "in a list" : describe(own), describe(schema)));
    }
    return new ParquetColumn(
        types.stream().map(Type::getName).toList(), alone(schema.getName(), types));
  }

  /** The types on the way to a field, none if there is no such field. */
  private static List<Type> find(GroupType group, String[] names, int from) {
    for (int to = names.length; to > from; to--) {
      String name = String.join(".", Arrays.copyOfRange(names, from, to));
      if (!group.containsField(name)) {
        continue;
      }
      Type type = group.getType(name);
      if (to == names.length) {
        return List.of(type);
      }
      List<Type> below = type.isPrimitive() ? List.of() : find(type.asGroupType(), names, to);
      if (!below.isEmpty()) {
        List<Type> types = new ArrayList<>(List.of(type));
        types.addAll(below);
        return types;
      }
    }
    return List.of();
  }

  /** A schema of one column. */
  private static MessageType alone(String name, List<Type> types) {
    Type type = types.get(types.size() - 1);
    for (int i = types.size() - 2; i >= 0; i--) {
      type = types.get(i).asGroupType().withNewFields(type);
    }
    return new MessageType(name, type);
  }

  private static boolean isText(Type type) {
    return type.isPrimitive()
        && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY
        && !(type.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation);
  }

  private static String describe(MessageType schema) {
    return schema.getFields().stream()
        .flatMap(field -> describe(field, ""))
        .collect(Collectors.joining(", "));
  }

  /** A field, or the fields of a struct. */
  private static Stream<String> describe(Type type, String before) {
    String name = before + type.getName();
    boolean struct = !type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED);
    return struct && type.getLogicalTypeAnnotation() == null
        ? type.asGroupType().getFields().stream().flatMap(field -> describe(field, name + "."))
        : Stream.of(name + " (" + describe(type) + ")");
  }

  private static String describe(Type type) {
    String name =
        type.isPrimitive() ? type.asPrimitiveType().getPrimitiveTypeName().toString() : "group";
    return (type.getRepetition() + " " + name).toLowerCase(Locale.ROOT);
  }
}
