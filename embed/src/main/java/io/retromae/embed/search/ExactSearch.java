package io.retromae.embed.search;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorPart;
import io.retromae.embed.vector.VectorReader;
import io.retromae.spark.TaskFailures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Finds the k best documents of each query, exactly, on Spark. Documents lie in partitions, each
 * searched by one task for one block of queries after the other; what the tasks found for a block
 * is merged by several tasks and comes to the driver. Nobody holds more than k documents for each
 * query of a block, a partition is read block by block, and the result has equal bits for any
 * division. Records go through closures and vectors as plain arrays, so that any serializer of
 * Spark's will do, Kryo too.
 */
public final class ExactSearch {
  private final JavaSparkContext spark;
  private final JavaRDD<DocumentBlock> documents;
  private final int k;
  private final Similarity similarity;

  /**
   * A search among documents that Spark has; they are gone through once for each block of queries,
   * so keep them if they are dear to make.
   *
   * @param k at least 1
   */
  public ExactSearch(
      JavaSparkContext spark, JavaRDD<DocumentBlock> documents, int k, Similarity similarity) {
    if (k < 1) {
      throw new ConfigException("k = %d: must be at least 1".formatted(k));
    }
    this.spark = spark;
    this.documents = documents;
    this.k = k;
    this.similarity = similarity;
  }

  /**
   * A search among recorded vectors. Numbers of documents are those of rows, see {@link
   * VectorFiles#ids}.
   *
   * @param storage that tasks can take along
   * @param partitions tasks that documents are divided between, at most
   */
  public static ExactSearch of(
      JavaSparkContext spark,
      Storage storage,
      VectorFiles documents,
      int partitions,
      int k,
      Similarity similarity) {
    int width = documents.width();
    List<List<VectorPart>> divided = documents.divided(Math.max(1, partitions));
    JavaRDD<DocumentBlock> blocks =
        divided.isEmpty()
            ? spark.emptyRDD()
            : spark
                .parallelize(IntStream.range(0, divided.size()).boxed().toList(), divided.size())
                .flatMap(part -> new DocumentBlocks(storage, divided.get(part), width));
    return new ExactSearch(spark, blocks, k, similarity);
  }

  /** Takes what was found. */
  public interface Receiver {
    /** Takes the documents of some queries; queries come in order, each once. */
    void take(TopK found) throws IOException;
  }

  /**
   * Searches for all queries of some files, in order; their numbers are those of rows.
   *
   * @throws CorruptDataException if a vector is refused, here or in a task
   * @throws ConfigException if documents are not as wide as queries
   */
  public void search(VectorFiles queries, Receiver receiver) throws IOException {
    long first = 0;
    try (VectorReader reader = queries.read()) {
      for (Optional<VectorBlock> block = reader.next(); block.isPresent(); block = reader.next()) {
        search(block.get(), first, receiver);
        first += block.get().size();
      }
    }
  }

  /**
   * Searches for some queries.
   *
   * @param firstQuery number of the first one
   */
  public void search(VectorBlock queries, long firstQuery, Receiver receiver) throws IOException {
    int most = BlockSearch.queriesAtOnce(k);
    for (int from = 0; from < queries.size(); from += most) {
      VectorBlock some = queries.part(from, Math.min(queries.size(), from + most));
      for (TopK found : found(some, firstQuery + from)) {
        receiver.take(found);
      }
    }
  }

  private List<TopK> found(VectorBlock queries, long firstQuery) {
    if (documents.getNumPartitions() == 0) {
      return List.of(TopK.none(firstQuery, k, queries.size()));
    }
    int slices = Math.max(1, Math.min(queries.size(), spark.defaultParallelism()));
    Broadcast<float[]> sent = spark.broadcast(queries.values());
    try {
      SearchTask task =
          new SearchTask(queries.ids(), sent, queries.width(), firstQuery, k, similarity, slices);
      List<Tuple2<Integer, TopK>> merged =
          new ArrayList<>(
              documents.mapPartitionsToPair(task).reduceByKey(TopK::merge, slices).collect());
      merged.sort(Comparator.comparing(Tuple2::_1));
      return merged.stream().map(Tuple2::_2).toList();
    } catch (Exception e) { // Spark throws its own checked one without saying so
      throw meaningOf(e);
    } finally {
      sent.destroy();
    }
  }

  /** What a failed Spark job means to who started it: a failure of ours in a task, as it is. */
  private static RuntimeException meaningOf(Exception failure) {
    Optional<RuntimeException> ours = TaskFailures.oursBehind(failure);
    if (ours.isPresent()) {
      return ours.get();
    }
    if (failure instanceof RuntimeException own) {
      return own;
    }
    String first = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return new ClusterException("the search on Spark failed: " + first, failure);
  }
}
