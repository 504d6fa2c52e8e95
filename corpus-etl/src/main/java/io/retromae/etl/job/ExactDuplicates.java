package io.retromae.etl.job;

import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** Documents with equal fingerprints: all but the one with the smallest id are dropped. */
final class ExactDuplicates {
  private ExactDuplicates() {}

  /**
   * Where a document is.
   *
   * @param documentId 32 hexadecimal digits
   * @param unit number of its unit
   * @param row in the unit's cleaned file
   */
  record Place(String documentId, int unit, int row) implements java.io.Serializable {}

  /**
   * Finds duplicates among all units; only fingerprints and places are shuffled.
   *
   * @param cleaned path of each unit's cleaned file, by unit
   * @return rows to drop, ascending, by unit
   */
  static Map<Integer, int[]> find(
      JavaSparkContext spark, EtlContext context, List<Tuple2<Integer, String>> cleaned) {
    JavaPairRDD<String, Place> places =
        spark
            .parallelize(cleaned, Math.max(1, cleaned.size()))
            .flatMapToPair(unit -> places(context, unit._1(), unit._2()));
    List<Place> dropped =
        places.groupByKey().flatMap(group -> allButSmallest(group._2()).iterator()).collect();
    Map<Integer, List<Integer>> byUnit = new HashMap<>();
    dropped.forEach(p -> byUnit.computeIfAbsent(p.unit(), u -> new ArrayList<>()).add(p.row()));
    Map<Integer, int[]> rows = new HashMap<>();
    byUnit.forEach(
        (unit, list) -> rows.put(unit, list.stream().mapToInt(i -> i).sorted().toArray()));
    return rows;
  }

  private static Iterator<Tuple2<String, Place>> places(
      EtlContext context, int unit, String cleaned) {
    List<Tuple2<String, Place>> places = new ArrayList<>();
    List<Column> columns = List.of(CleanedFile.DOCUMENT_ID, CleanedFile.FINGERPRINT);
    try (ColumnTable.Reader reader = CleanedFile.read(context.storage(), cleaned, columns)) {
      while (reader.next()) {
        Place place = new Place(reader.text(0), unit, places.size());
        places.add(new Tuple2<>(reader.text(1), place));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return places.iterator();
  }

  private static List<Place> allButSmallest(Iterable<Place> group) {
    List<Place> places = new ArrayList<>();
    group.forEach(places::add);
    places.sort(java.util.Comparator.comparing(Place::documentId));
    return new ArrayList<>(places.subList(1, places.size()));
  }
}
