package io.retromae.etl.dedup;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Counts in how many documents of a source each line is. */
public final class LineCounts {
  private static final StructType LINES =
      new StructType()
          .add("source", DataTypes.StringType, false)
          .add("hash", DataTypes.LongType, false);

  private LineCounts() {}

  /**
   * The lines in more documents of one source than the settings allow. Only these reach the driver:
   * 8 bytes each.
   *
   * @param documents source and {@link LineHashes} of each document
   */
  public static FrequentLines frequent(
      SparkSession spark,
      JavaPairRDD<String, long[]> documents,
      DedupSettings.LineSettings settings) {
    Dataset<Row> lines =
        spark.createDataFrame(
            documents.flatMap(document -> rows(document._1(), document._2())), LINES);
    Iterator<Row> frequent =
        lines
            .groupBy("source", "hash")
            .count()
            .where("count > " + settings.maxDocuments())
            .select("source", "hash")
            .toLocalIterator();
    Map<String, Hashes> bySource = new HashMap<>();
    frequent.forEachRemaining(
        row -> bySource.computeIfAbsent(row.getString(0), s -> new Hashes()).add(row.getLong(1)));
    Map<String, long[]> sorted = new HashMap<>();
    bySource.forEach((source, hashes) -> sorted.put(source, hashes.sorted()));
    return new FrequentLines(settings.minUnits(), sorted);
  }

  private static Iterator<Row> rows(String source, long[] hashes) {
    return Arrays.stream(hashes).mapToObj(hash -> RowFactory.create(source, hash)).iterator();
  }

  /** A growing list without boxes. */
  private static final class Hashes {
    private long[] values = new long[16];
    private int count;

    void add(long value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = value;
    }

    long[] sorted() {
      long[] sorted = Arrays.copyOf(values, count);
      Arrays.sort(sorted);
      return sorted;
    }
  }
}
