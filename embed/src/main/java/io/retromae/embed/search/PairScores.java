package io.retromae.embed.search;

import io.retromae.core.storage.Storage;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorPart;
import io.retromae.spark.TaskFailures;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Scores of given pairs of a query and a document, on Spark: those that {@link ExactSearch} gives
 * them, bit by bit. Vectors of documents are read once and sent to where their queries are read, in
 * the queries' order, so that a task holds a block of each.
 */
public final class PairScores {
  private final JavaSparkContext spark;
  private final Storage storage;
  private final Similarity similarity;

  /** On a cluster; the storage is one that tasks can take along. */
  public PairScores(JavaSparkContext spark, Storage storage, Similarity similarity) {
    this.spark = spark;
    this.storage = storage;
    this.similarity = similarity;
  }

  /**
   * Pairs.
   *
   * @param queries row of each pair's query among its files
   * @param documents row of each pair's document
   */
  public record Pairs(int[] queries, int[] documents) {
    /** Checks that there are as many. */
    public Pairs {
      if (queries.length != documents.length) {
        throw new IllegalArgumentException(
            "%d queries, %d documents".formatted(queries.length, documents.length));
      }
    }
  }

  /**
   * Consecutive rows of documents, and the pairs that want them.
   *
   * @param numbers of the pairs
   * @param documents rows, in order
   * @param queries rows
   */
  private record Wanted(List<VectorPart> parts, int[] numbers, int[] documents, int[] queries)
      implements Serializable {}

  /** Which task reads a query. */
  private static final class ByRow extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final long[] ends;

    ByRow(List<List<VectorPart>> divided) {
      this.ends = divided.stream().mapToLong(PairScores::end).toArray();
    }

    @Override
    public int numPartitions() {
      return ends.length;
    }

    @Override
    public int getPartition(Object row) {
      int found = Arrays.binarySearch(ends, (Integer) row + 1L);
      return found < 0 ? -found - 1 : found;
    }
  }

  private static long end(List<VectorPart> parts) {
    VectorPart last = parts.get(parts.size() - 1);
    return last.first() + last.rows();
  }

  /**
   * Scores pairs.
   *
   * @param partitions tasks that files are divided between, at most
   * @return a score for each pair
   * @throws io.retromae.core.failure.CorruptDataException if a vector is refused
   */
  public double[] of(VectorFiles queries, VectorFiles documents, Pairs pairs, int partitions) {
    double[] scores = new double[pairs.queries().length];
    if (scores.length == 0) {
      return scores;
    }
    Storage reached = storage; // for tasks, which must not take this object along
    Similarity compared = similarity;
    List<List<VectorPart>> divided = queries.divided(Math.max(1, partitions));
    int queryWidth = queries.width();
    int width = documents.width();
    List<Wanted> wanted = wanted(documents.divided(Math.max(1, partitions)), pairs);
    try {
      spark
          .parallelize(wanted, wanted.size())
          .flatMapToPair(some -> vectors(reached, some, width))
          .repartitionAndSortWithinPartitions(new ByRow(divided))
          .mapPartitionsWithIndex(
              (part, sent) -> scores(reached, divided.get(part), queryWidth, sent, compared), false)
          .collect()
          .forEach(score -> scores[score._1()] = score._2());
      return scores;
    } catch (Exception e) { // Spark throws its own checked one without saying so
      throw TaskFailures.meaningOf(e);
    }
  }

  private static List<Wanted> wanted(List<List<VectorPart>> divided, Pairs pairs) {
    int[] order =
        IntStream.range(0, pairs.documents().length)
            .boxed()
            .sorted(Comparator.comparingInt(pair -> pairs.documents()[pair]))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Wanted> wanted = new ArrayList<>();
    int from = 0;
    for (List<VectorPart> parts : divided) {
      int to = from;
      while (to < order.length && pairs.documents()[order[to]] < end(parts)) {
        to++;
      }
      if (to > from) {
        int[] some = Arrays.copyOfRange(order, from, to);
        int[] documents = Arrays.stream(some).map(pair -> pairs.documents()[pair]).toArray();
        int[] queries = Arrays.stream(some).map(pair -> pairs.queries()[pair]).toArray();
        wanted.add(new Wanted(parts, some, documents, queries));
      }
      from = to;
    }
    return wanted;
  }

  /** The vectors of the documents that pairs want: row of the query, number of the pair, vector. */
  private static Iterator<Tuple2<Integer, Tuple2<Integer, float[]>>> vectors(
      Storage storage, Wanted wanted, int width) {
    RowsInOrder documents = new RowsInOrder(storage, wanted.parts(), width);
    return IntStream.range(0, wanted.numbers().length)
        .mapToObj(
            i -> {
              float[] vector = documents.vector(wanted.documents()[i]);
              return new Tuple2<>(wanted.queries()[i], new Tuple2<>(wanted.numbers()[i], vector));
            })
        .iterator();
  }

  /** The scores of the pairs whose queries are some rows: number of the pair, score. */
  private static Iterator<Tuple2<Integer, Double>> scores(
      Storage storage,
      List<VectorPart> parts,
      int width,
      Iterator<Tuple2<Integer, Tuple2<Integer, float[]>>> sent,
      Similarity similarity) {
    RowsInOrder queries = new RowsInOrder(storage, parts, width);
    List<Tuple2<Integer, Double>> scores = new ArrayList<>();
    while (sent.hasNext()) {
      Tuple2<Integer, Tuple2<Integer, float[]>> next = sent.next();
      Rows query = rows(queries.vector(next._1()), "query " + next._1(), similarity);
      Rows document = rows(next._2()._2(), "the document of query " + next._1(), similarity);
      scores.add(new Tuple2<>(next._2()._1(), query.score(0, document, 0)));
    }
    return scores.iterator();
  }

  private static Rows rows(float[] vector, String name, Similarity similarity) {
    return new Rows(new VectorBlock(List.of(name), vector, vector.length), similarity);
  }
}
