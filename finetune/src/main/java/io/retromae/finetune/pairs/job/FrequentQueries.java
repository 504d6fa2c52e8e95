package io.retromae.finetune.pairs.job;

import io.retromae.etl.dedup.DocumentRow;
import io.retromae.etl.dedup.Fingerprint;
import io.retromae.etl.work.DropList;
import io.retromae.etl.work.RowIterator;
import io.retromae.spark.WorkFolder;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.roaringbitmap.RoaringBitmap;
import scala.Tuple2;

/**
 * Finds queries with more pairs in a data set than the limit: "Materials and methods" heads a
 * section of every paper and tells none of them from another. Queries of equal letters and digits
 * are equal; which of their pairs stay, a hash of the pair says, whatever its place.
 */
final class FrequentQueries {
  private static final StructType PAIRS =
      new StructType()
          .add("place", DataTypes.LongType)
          .add("set", DataTypes.StringType)
          .add("query_high", DataTypes.LongType)
          .add("query_low", DataTypes.LongType)
          .add("pair_high", DataTypes.LongType)
          .add("pair_low", DataTypes.LongType);

  private static final String NUMBER =
      "row_number() OVER (PARTITION BY set, query_high, query_low"
          + " ORDER BY pair_high, pair_low, place) AS number";

  private FrequentQueries() {}

  /**
   * Adds what is above the limit to the drop lists, as their second kind; they must say already
   * what is a duplicate. May be done again.
   *
   * @param files of candidates, by unit
   * @param limit of pairs of one query in a data set, at least 1
   * @param partitions of the shuffles; does not change results
   */
  static void find(
      JavaSparkContext spark, WorkFolder folder, List<String> files, int limit, int partitions) {
    SparkSession session =
        SparkSession.builder().sparkContext(spark.sc()).getOrCreate().newSession();
    session.conf().set("spark.sql.shuffle.partitions", String.valueOf(partitions));
    Dataset<Row> above =
        session
            .createDataFrame(pairs(spark, folder, files), PAIRS)
            .selectExpr("place", NUMBER)
            .where("number > " + limit);
    JavaPairRDD<Integer, Integer> rows =
        above
            .javaRDD()
            .mapToPair(
                row ->
                    new Tuple2<>(
                        DocumentRow.unit(row.getLong(0)), DocumentRow.row(row.getLong(0))));
    rows.aggregateByKey(
            new RoaringBitmap(),
            partitions,
            (bitmap, row) -> {
              bitmap.add(row);
              return bitmap;
            },
            (a, b) -> {
              a.or(b);
              return a;
            })
        .foreach(
            unit -> {
              RoaringBitmap duplicates = DropList.read(folder, unit._1()).exact();
              new DropList(duplicates, unit._2()).write(folder, unit._1());
            });
  }

  /** Every pair that is no duplicate. */
  private static JavaRDD<Row> pairs(JavaSparkContext spark, WorkFolder folder, List<String> files) {
    List<Integer> units = IntStream.range(0, files.size()).boxed().toList();
    return spark
        .parallelize(units, Math.max(1, units.size()))
        .flatMap(
            unit -> {
              RoaringBitmap duplicates = DropList.read(folder, unit).exact();
              return new RowIterator<>(
                  Candidates.openForQueries(folder, files.get(unit)),
                  (row, number) ->
                      duplicates.contains(number)
                          ? Optional.empty()
                          : Optional.of(row(Candidates.queryRow(row), unit, number)));
            });
  }

  private static Row row(Candidates.QueryRow pair, int unit, int number) {
    Fingerprint query = Fingerprint.of(pair.query());
    return RowFactory.create(
        DocumentRow.place(unit, number),
        pair.set(),
        query.high(),
        query.low(),
        pair.print().high(),
        pair.print().low());
  }
}
