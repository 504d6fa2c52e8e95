package io.retromae.embed.ml;

import io.retromae.spark.LocalSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Data for the tests of this package. */
final class LocalSql {
  private static final StructType TEXTS =
      new StructType().add("id", DataTypes.IntegerType).add("text", DataTypes.StringType);

  private LocalSql() {}

  /** The session of the Spark that tests share. */
  static SparkSession session() {
    SparkSession session = LocalSpark.session();
    session.conf().set("spark.sql.shuffle.partitions", "2");
    return session;
  }

  /** Rows of an id, from 0, and a text. */
  static Dataset<Row> texts(String... texts) {
    Row[] rows = new Row[texts.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = RowFactory.create(i, texts[i]);
    }
    return session().createDataFrame(List.of(rows), TEXTS);
  }

  /** Texts of one to 90 words, by number. */
  static String[] many(int count) {
    String[] words = {"red", "green", "blue", "abc", "中文", "zzz", "A b, c"};
    String[] texts = new String[count];
    for (int i = 0; i < count; i++) {
      String[] parts = new String[1 + (i * 37) % 90];
      for (int j = 0; j < parts.length; j++) {
        parts[j] = words[(i + j * j) % words.length];
      }
      texts[i] = String.join(" ", parts);
    }
    return texts;
  }

  /** The column of a data set that is ordered by id, one value a row. */
  static <T> List<T> column(Dataset<Row> rows, String name) {
    List<T> values = new ArrayList<>();
    rows.orderBy("id").select(name).collectAsList().forEach(row -> values.add(row.<T>getAs(0)));
    return values; // may hold null
  }

  /** Largest absolute difference of two vectors. */
  static double distance(double[] a, double[] b) {
    double most = a.length == b.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
    }
    return most;
  }

  static double length(double[] vector) {
    return Math.sqrt(Arrays.stream(vector).map(v -> v * v).sum());
  }
}
