package io.retromae.embed.job.texts;

import io.retromae.core.display.Displayed;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorPart;
import io.retromae.embed.vector.VectorReader;
import io.retromae.embed.vector.VectorWriter;
import io.retromae.spark.TaskFailures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Brings recorded vectors, in whatever order they lie, into that of the texts of a set, known by
 * their ids. Others that are there are passed over. Leaves what {@link SetEncoding} leaves.
 */
public final class SetGathering {
  private static final List<Column> ID_ALONE = List.of(StoredTexts.COLUMNS.get(StoredTexts.ID));

  private final JavaSparkContext spark;
  private final Storage storage;

  /** On a cluster. */
  public SetGathering(JavaSparkContext spark, Storage storage) {
    this.spark = spark;
    this.storage = storage;
  }

  /**
   * Gathers the vectors of a set, unless that has been done.
   *
   * @param name path of their folder within the job's, of this set alone
   * @throws CorruptDataException if a text has no vector, or two
   */
  public void run(StoredTexts texts, VectorFiles recorded, String name) throws IOException {
    Set<String> made = new HashSet<>();
    for (int part = 0; part < texts.parts(); part++) {
      EncodePart.receipt(storage, texts.output() + "/" + name, part)
          .ifPresent(receipt -> made.add(receipt.file()));
    }
    if (made.size() < texts.parts()) {
      made.clear();
      made.addAll(gathered(texts, recorded, name));
    }
    SetEncoding.clean(storage, texts, name, made);
  }

  /** Gathers all of them; the names of the files. */
  private List<String> gathered(StoredTexts texts, VectorFiles recorded, String name) {
    Storage reached = storage; // for tasks, which must not take this object along
    int width = recorded.width();
    String path = recorded.path();
    List<VectorPart> units = recorded.units();
    spark.setJobGroup("retromae-embed-gather", "gather %,d vectors".formatted(texts.count()), true);
    JavaPairRDD<String, Integer> wanted =
        spark
            .parallelize(IntStream.range(0, texts.parts()).boxed().toList(), texts.parts())
            .flatMapToPair(part -> ids(reached, texts, part));
    try {
      return spark
          .parallelize(units, units.size())
          .flatMapToPair(unit -> vectors(reached, unit, width))
          .join(wanted)
          .mapToPair(found -> new Tuple2<>(found._2()._2(), found._2()._1()))
          .repartitionAndSortWithinPartitions(new ByPart(texts))
          .mapPartitionsWithIndex(
              (part, sorted) -> List.of(write(reached, texts, name, part, sorted, path)).iterator(),
              false)
          .collect();
    } catch (Exception e) { // Spark throws its own checked one without saying so
      throw TaskFailures.meaningOf(e);
    }
  }

  private static Iterator<Tuple2<String, Integer>> ids(Storage storage, StoredTexts texts, int part)
      throws IOException {
    List<Tuple2<String, Integer>> ids = new ArrayList<>();
    int next = Math.toIntExact(part * texts.rowsPerPart());
    try (ColumnTable.Reader rows = new ColumnTable.Reader(storage, texts.path(part), ID_ALONE)) {
      while (rows.next()) {
        ids.add(new Tuple2<>(rows.text(StoredTexts.ID), next++));
      }
    }
    return ids.iterator();
  }

  private static Iterator<Tuple2<String, float[]>> vectors(
      Storage storage, VectorPart unit, int width) throws IOException {
    List<Tuple2<String, float[]>> vectors = new ArrayList<>();
    try (VectorReader reader = VectorFiles.read(storage, List.of(unit), width)) {
      for (Optional<VectorBlock> next = reader.next(); next.isPresent(); next = reader.next()) {
        for (int row = 0; row < next.get().size(); row++) {
          vectors.add(new Tuple2<>(next.get().ids().get(row), next.get().vector(row)));
        }
      }
    }
    return vectors.iterator();
  }

  /** Writes the vectors of a part; returns the name of its file. */
  private static String write(
      Storage storage,
      StoredTexts texts,
      String name,
      int part,
      Iterator<Tuple2<Integer, float[]>> sorted,
      String recorded)
      throws IOException {
    String file = String.format(Locale.ROOT, "%05d-%s.parquet", part, UUID.randomUUID());
    int next = Math.toIntExact(part * texts.rowsPerPart());
    try (ColumnTable.Reader ids = new ColumnTable.Reader(storage, texts.path(part), ID_ALONE);
        VectorWriter writer =
            VectorFiles.createParquet(
                storage, texts.output(), name + "/" + file, VectorColumns.DEFAULT)) {
      for (; ids.next(); next++) {
        Optional<Tuple2<Integer, float[]>> vector =
            sorted.hasNext() ? Optional.of(sorted.next()) : Optional.empty();
        if (vector.isEmpty() || vector.get()._1() != next) {
          boolean twice = vector.isPresent() && vector.get()._1() < next;
          throw new CorruptDataException(
              "%s: %s for the text with id '%s' or one beside it; record the vectors of these very files again"
                  .formatted(
                      recorded,
                      twice ? "two vectors" : "no vector",
                      Displayed.line(ids.text(StoredTexts.ID))));
        }
        writer.append(ids.text(StoredTexts.ID), vector.get()._2());
      }
      VectorWriter.Written written = writer.commit();
      EncodePart.receipts(storage, texts.output() + "/" + name)
          .publish(
              EncodePart.receiptName(part),
              new EncodePart.Receipt(file, written.rows(), written.bytes()));
      return file;
    }
  }
}
