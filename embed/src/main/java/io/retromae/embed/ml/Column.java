package io.retromae.embed.ml;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A column of a schema.
 *
 * @param name its name, exact
 * @param index its place, from 0
 * @param type its type
 */
record Column(String name, int index, DataType type) {
  static final String INPUT_IDS = "input_ids";
  static final String ATTENTION_MASK = "attention_mask";

  /** What {@link TextTokenizer} makes of a text. */
  static final StructType TOKENS =
      new StructType()
          .add(INPUT_IDS, DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add(ATTENTION_MASK, DataTypes.createArrayType(DataTypes.IntegerType, false), false);

  /**
   * Finds a column.
   *
   * @throws IllegalArgumentException if there is none of that name, or more than one
   */
  static Column of(TextStage<?> stage, StructType schema, String name) {
    StructField[] fields = schema.fields();
    Column found = null;
    for (int i = 0; i < fields.length; i++) {
      if (fields[i].name().equals(name)) {
        if (found != null) {
          throw stage.refusal("inputCol = %s: two columns have that name".formatted(name));
        }
        found = new Column(name, i, fields[i].dataType());
      }
    }
    if (found == null) {
      String names = Arrays.stream(fields).map(StructField::name).collect(Collectors.joining(", "));
      throw stage.refusal(
          "inputCol = %s: there is no such column; there are %s".formatted(name, names));
    }
    return found;
  }

  /** Refuses a column that is to be added and is there, also in other case. */
  static void refuseTaken(TextStage<?> stage, StructType schema, String name) {
    for (StructField field : schema.fields()) {
      if (field.name().equalsIgnoreCase(name)) {
        throw stage.refusal(
            "outputCol = %s: the column %s is there already; drop it or choose another name"
                .formatted(name, field.name()));
      }
    }
  }

  /** Whether it holds text. */
  boolean isText() {
    return type instanceof StringType;
  }

  /** Whether it holds what {@link TextTokenizer} makes, whatever may be null in it. */
  boolean isTokens() {
    if (!(type instanceof StructType struct)) {
      return false;
    }
    StructField[] fields = struct.fields();
    return fields.length == 2 && isInts(fields[0], INPUT_IDS) && isInts(fields[1], ATTENTION_MASK);
  }

  private static boolean isInts(StructField field, String name) {
    return field.name().equals(name)
        && field.dataType() instanceof ArrayType array
        && array.elementType().equals(DataTypes.IntegerType);
  }
}
