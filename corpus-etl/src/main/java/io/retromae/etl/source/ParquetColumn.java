package io.retromae.etl.source;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * A column of texts. {@code meta.set} is the column of that name, or the field of a group.
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
    return schema.containsField(column) || schema.containsPath(column.split("\\."));
  }

  /**
   * Finds a column.
   *
   * @throws ParquetErrors.UnusableException if it is missing or holds no text
   */
  static ParquetColumn find(MessageType schema, String column)
      throws ParquetErrors.UnusableException {
    List<String> path =
        schema.containsField(column) ? List.of(column) : Arrays.asList(column.split("\\."));
    return new ParquetColumn(
        path, new MessageType(schema.getName(), List.of(field(schema, schema, column, path))));
  }

  /** The first field of a path, with what lies below it on the path alone. */
  private static Type field(MessageType schema, GroupType group, String column, List<String> path)
      throws ParquetErrors.UnusableException {
    String name = path.get(0);
    if (!group.containsField(name)) {
      throw new ParquetErrors.UnusableException(
          FileError.COLUMNS,
          "no column '%s'; columns found: %s; set text_column, title_column, source_column"
              .formatted(column, describe(schema)));
    }
    Type type = group.getType(name);
    boolean last = path.size() == 1;
    boolean single = !type.isRepetition(Type.Repetition.REPEATED);
    if (!last && single && !type.isPrimitive()) {
      Type below = field(schema, type.asGroupType(), column, path.subList(1, path.size()));
      return new GroupType(type.getRepetition(), name, List.of(below));
    }
    if (!last || !single || !isText(type)) {
      throw new ParquetErrors.UnusableException(
          FileError.COLUMNS,
          "column '%s' must be a string or binary, is '%s'; columns found: %s"
              .formatted(column, describe(type), describe(schema)));
    }
    return type;
  }

  private static boolean isText(Type type) {
    return type.isPrimitive()
        && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY
        && !(type.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation);
  }

  private static String describe(MessageType schema) {
    return schema.getFields().stream()
        .map(field -> field.getName() + " (" + describe(field) + ")")
        .collect(Collectors.joining(", "));
  }

  private static String describe(Type type) {
    String name =
        type.isPrimitive() ? type.asPrimitiveType().getPrimitiveTypeName().toString() : "group";
    return (type.getRepetition() + " " + name).toLowerCase(Locale.ROOT);
  }
}
