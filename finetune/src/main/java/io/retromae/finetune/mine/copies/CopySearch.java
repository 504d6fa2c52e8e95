package io.retromae.finetune.mine.copies;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.hash.SplitMix64;
import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.texts.StoredTexts;
import io.retromae.etl.dedup.DedupSettings.MinHashSettings;
import io.retromae.etl.dedup.Fingerprint;
import io.retromae.etl.dedup.MinHash;
import io.retromae.etl.language.Language;
import io.retromae.etl.text.Words;
import io.retromae.spark.TaskEnd;
import io.retromae.spark.TaskFailures;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** Looks for near copies of positives among stored texts: one pass, one sort of their bands. */
public final class CopySearch {
  private static final List<Column> TEXT = List.of(StoredTexts.COLUMNS.get(StoredTexts.TEXT));

  private final JavaSparkContext spark;
  private final Storage storage;

  /** On a cluster; the storage is one that tasks can take along. */
  public CopySearch(JavaSparkContext spark, Storage storage) {
    this.spark = spark;
    this.storage = storage;
  }

  /**
   * Texts that one task reads.
   *
   * @param first number of the first
   */
  private record Part(StoredTexts texts, int part, long first) implements Serializable {}

  /** Equal hashes meet, whether of positives or not. */
  private static final class ByHash extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int partitions;

    ByHash(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object key) {
      return Math.floorMod((int) SplitMix64.mix((Long) key >> 1), partitions);
    }
  }

  /**
   * Finds them.
   *
   * @param documents numbered from 0
   * @param others positives that are none of them, numbered from there on
   * @param positives numbers of all positives
   */
  public NearCopies of(StoredTexts documents, StoredTexts others, BitSet positives) {
    List<Part> parts =
        Stream.concat(parts(documents, 0), parts(others, documents.count())).toList();
    Storage reached = storage; // for tasks, which must not take this object along
    Broadcast<long[]> marked = spark.broadcast(positives.toLongArray());
    spark.setJobGroup("retromae-embed-copies", "near copies of positives", true);
    try {
      return NearCopies.of(
          spark
              .parallelize(parts, parts.size())
              .flatMapToPair(part -> hashes(reached, part, BitSet.valueOf(marked.value())))
              .repartitionAndSortWithinPartitions(new ByHash(parts.size()))
              .mapPartitions(sorted -> List.of(Buckets.of(sorted)).iterator())
              .collect());
    } catch (Exception e) { // Spark throws its own checked one without saying so
      throw TaskFailures.meaningOf(e);
    } finally {
      marked.destroy();
    }
  }

  private static Stream<Part> parts(StoredTexts texts, long first) {
    return IntStream.range(0, texts.parts())
        .mapToObj(part -> new Part(texts, part, first + part * texts.rowsPerPart()));
  }

  /** Hashes of the part's texts and whose they are, in any order. */
  private static Iterator<Tuple2<Long, Integer>> hashes(
      Storage storage, Part part, BitSet positives) throws IOException {
    MinHashSettings settings =
        ConfigLoader.load(MinHashSettings.class, List.of(), List.of()).value();
    MinHash functions = settings.functions();
    ColumnTable.Reader reader =
        new ColumnTable.Reader(storage, part.texts().path(part.part()), TEXT);
    TaskEnd.closes(reader::close);
    return LongStream.range(0, part.texts().rows(part.part()))
        .mapToObj(row -> Math.toIntExact(part.first() + row))
        .flatMap(
            number -> {
              boolean positive = positives.get(number);
              String text = next(reader);
              LongStream bands =
                  LongStream.of(
                      functions.signature(Words.of(text), settings.shingle(Language.UND)));
              return LongStream.concat(bands, LongStream.of(Fingerprint.of(text).high()))
                  .mapToObj(hash -> new Tuple2<>(Buckets.key(hash, positive), number));
            })
        .iterator();
  }

  private static String next(ColumnTable.Reader reader) {
    try {
      if (!reader.next()) {
        throw new IOException("a part of the texts is short; run again with --overwrite");
      }
      return reader.text(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
