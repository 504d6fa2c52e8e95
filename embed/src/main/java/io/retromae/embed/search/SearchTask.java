package io.retromae.embed.search;

import io.retromae.embed.vector.VectorBlock;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/**
 * Searches one partition of documents for a block of queries. Gives the result in slices of
 * queries, so that several tasks can merge them.
 *
 * @param ids of the queries
 * @param values theirs, [n][width]
 * @param width values of a vector
 * @param firstQuery number of the first one
 * @param k documents for each
 * @param slices how many
 */
record SearchTask(
    List<String> ids,
    Broadcast<float[]> values,
    int width,
    long firstQuery,
    int k,
    Similarity similarity,
    int slices)
    implements PairFlatMapFunction<Iterator<DocumentBlock>, Integer, TopK> {

  @Override
  public Iterator<Tuple2<Integer, TopK>> call(Iterator<DocumentBlock> documents) {
    TaskContext context = TaskContext.get();
    VectorBlock queries = new VectorBlock(ids, values.value(), width);
    try (BlockSearch search = new BlockSearch(queries, firstQuery, k, similarity, context.cpus())) {
      while (documents.hasNext()) {
        context.killTaskIfInterrupted();
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
