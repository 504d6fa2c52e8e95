package io.retromae.embed.job;

import io.retromae.core.display.Displayed;
import io.retromae.core.hash.SplitMix64;
import io.retromae.core.record.RefusedRecordException;
import io.retromae.embed.source.InputUnit;
import io.retromae.embed.source.Row;
import io.retromae.embed.source.Rows;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Ids that more than one row has.
 *
 * @param rows that have the id of another row before them
 * @param examples some such ids, each with two places
 */
record DuplicateIds(long rows, List<String> examples) {
  private static final int NAMED = 5;

  /** Looks for them by their hashes, and names some by reading their units again. */
  static DuplicateIds find(
      JavaSparkContext spark,
      EmbedContext context,
      List<InputUnit> units,
      List<ScanTask.Receipt> scanned) {
    List<Tuple2<String, Long>> files =
        scanned.stream()
            .filter(receipt -> !receipt.ids().isEmpty() && receipt.rows() > 0)
            .map(receipt -> new Tuple2<>(receipt.ids(), receipt.rows()))
            .toList();
    if (files.isEmpty()) {
      return new DuplicateIds(0, List.of());
    }
    spark.setJobGroup("retromae-embed-ids", "ids that occur twice", true);
    JavaPairRDD<Long, Integer> repeated =
        spark
            .parallelize(files, files.size())
            .flatMap(
                file ->
                    Arrays.stream(IdHashes.read(context, file._1(), file._2())).boxed().iterator())
            .mapToPair(hash -> new Tuple2<>(hash, 1))
            .reduceByKey(Integer::sum)
            .filter(hash -> hash._2() > 1)
            .cache();
    try {
      long rows = repeated.values().map(count -> (long) count - 1).fold(0L, Long::sum);
      List<Long> some = rows == 0 ? List.of() : repeated.keys().takeOrdered(NAMED);
      return new DuplicateIds(
          rows, some.isEmpty() ? List.of() : named(spark, context, units, some));
    } finally {
      repeated.unpersist();
    }
  }

  /** Where an id is. */
  private record Place(int unit, long record, String path, String id) implements Serializable {}

  private static List<String> named(
      JavaSparkContext spark, EmbedContext context, List<InputUnit> units, List<Long> hashes) {
    List<Place> places =
        spark
            .parallelize(units, units.size())
            .flatMap(unit -> places(context, unit, hashes).iterator())
            .collect();
    Map<String, List<Place>> byId = new TreeMap<>();
    places.forEach(place -> byId.computeIfAbsent(place.id(), id -> new ArrayList<>()).add(place));
    return byId.values().stream()
        .filter(found -> found.size() > 1)
        .map(
            found ->
                "'%s': %s record %,d, %s record %,d"
                    .formatted(
                        Displayed.line(found.get(0).id()),
                        found.get(0).path(),
                        found.get(0).record(),
                        found.get(1).path(),
                        found.get(1).record()))
        .toList();
  }

  /** The first two places of each id in a unit. */
  private static List<Place> places(EmbedContext context, InputUnit unit, List<Long> hashes)
      throws IOException {
    List<Place> places = new ArrayList<>();
    if (!unit.file().hasOwnIds()) {
      return places;
    }
    Map<String, Integer> seen = new HashMap<>();
    try (Rows rows = unit.open(context.storage())) {
      boolean more = true;
      while (more) {
        try {
          Optional<Row> row = ScanTask.read(unit, rows);
          more = row.isPresent();
          String id = row.map(Row::id).orElse("");
          if (more
              && hashes.contains(SplitMix64.hash(id))
              && seen.merge(id, 1, Integer::sum) <= 2) {
            places.add(new Place(unit.number(), rows.number(), unit.file().path(), id));
          }
        } catch (RefusedRecordException e) {
          more = true; // counted by the scan
        }
      }
    }
    return places;
  }
}
