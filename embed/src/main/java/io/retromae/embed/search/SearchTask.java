package io.retromae.embed.search;

import io.retromae.embed.vector.VectorBlock;
import io.retromae.training.libtorch.TorchRuntime;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Searches one partition of documents for a block of queries. Gives the result in slices of
 * queries, so that several tasks can merge them.
 *
 * @param queries the block
 * @param firstQuery number of the first one
 * @param k documents for each
 * @param slices how many
 * @param threads of libtorch, if this process has not started it yet
 */
record SearchTask(
    Broadcast<VectorBlock> queries,
    long firstQuery,
    int k,
    Similarity similarity,
    int slices,
    int threads)
    implements PairFlatMapFunction<Iterator<DocumentBlock>, Integer, TopK> {

  @Override
  public Iterator<Tuple2<Integer, TopK>> call(Iterator<DocumentBlock> documents) {
    TorchRuntime.start(threads);
    try (BlockSearch search =
        new BlockSearch(queries.value(), firstQuery, k, similarity, TaskContext.get().cpus())) {
      while (documents.hasNext()) {
        DocumentBlock block = documents.next();
        search.add(block.vectors(), block.first());
      }
      return sliced(search.result(), slices);
    }
  }

  /** A result in slices of about the same number of queries, with their numbers. */
  private static Iterator<Tuple2<Integer, TopK>> sliced(TopK all, int slices) {
    return IntStream.range(0, slices)
        .mapToObj(i -> new Tuple2<>(i, all.part(bound(all, slices, i), bound(all, slices, i + 1))))
        .iterator();
  }

  private static int bound(TopK all, int slices, int i) {
    return (int) ((long) all.queries() * i / slices);
  }
}
