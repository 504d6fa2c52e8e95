package io.retromae.embed.ml;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/** As what a vector is put into its column. */
enum VectorOutput {
  /** A vector of Spark ML, in float64; what its estimators take. */
  VECTOR {
    @Override
    StructField field(String name) {
      return new StructField(name, SQLDataTypes.VectorType(), true, Metadata.empty());
    }

    @Override
    StructField field(String name, int width) {
      Metadata size = new AttributeGroup(name, width).toMetadata();
      return new StructField(name, SQLDataTypes.VectorType(), true, size);
    }

    @Override
    Object value(float[] vector) {
      double[] values = new double[vector.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = vector[i];
      }
      return Vectors.dense(values);
    }
  },
  /** An array of float32, half as large; what other systems take. */
  ARRAY {
    @Override
    StructField field(String name) {
      return new StructField(
          name, DataTypes.createArrayType(DataTypes.FloatType, false), true, Metadata.empty());
    }

    @Override
    StructField field(String name, int width) {
      return field(name);
    }

    @Override
    Object value(float[] vector) {
      Float[] values = new Float[vector.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = vector[i];
      }
      return values;
    }
  };

  /** Names of the kinds, as a parameter gives them. */
  static List<String> names() {
    return Arrays.stream(values()).map(VectorOutput::label).toList();
  }

  /** The kind of a name. */
  static VectorOutput named(String name) {
    return Arrays.stream(values()).filter(v -> v.label().equals(name)).findFirst().orElseThrow();
  }

  String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The column, its width not known. */
  abstract StructField field(String name);

  /** The column, with its width where Spark ML reads it. */
  abstract StructField field(String name, int width);

  /** A vector as the row holds it. */
  abstract Object value(float[] vector);
}
