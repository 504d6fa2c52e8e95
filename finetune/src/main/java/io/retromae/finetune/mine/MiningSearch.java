package io.retromae.finetune.mine;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.search.BlockSearch;
import io.retromae.embed.search.ExactSearch;
import io.retromae.embed.search.Similarity;
import io.retromae.embed.search.TopK;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorPart;
import io.retromae.embed.vector.VectorReader;
import io.retromae.finetune.mine.selection.MinedQuery;
import io.retromae.finetune.mine.selection.NegativeSelection;
import io.retromae.finetune.mine.selection.RankWindow;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Finds the best documents of all queries on the cluster and chooses negatives among them, block by
 * block of queries. A block that is done leaves a receipt; nothing else is kept of it.
 */
final class MiningSearch {
  private final JavaSparkContext spark;
  private final Storage storage;
  private final Receipts receipts;
  private final MiningPlan plan;
  private final MiningTexts texts;
  private final RankWindow window;
  private final NegativeSelection selection;

  MiningSearch(JavaSparkContext spark, Storage storage, Receipts receipts, MiningPlan plan) {
    this.spark = spark;
    this.storage = storage;
    this.receipts = receipts;
    this.plan = plan;
    this.texts = plan.texts();
    NegativeSelection.Rules rules = plan.config().rules();
    this.window = rules.window();
    this.selection = new NegativeSelection(rules, texts.documents());
  }

  /**
   * Searches for all queries that have no receipt yet.
   *
   * @return number of blocks
   */
  int run(MiningSets sets, Consumer<String> console) throws IOException {
    VectorFiles queries = open(sets.queries().folder(), texts.queries());
    VectorFiles documents = open(sets.documents().folder(), texts.documents());
    int k = Math.min(window.to(), texts.documents());
    int most = BlockSearch.queriesAtOnce(k);
    List<List<VectorPart>> blocks = queries.divided((texts.queries() + most - 1) / most);
    List<Integer> missing =
        IntStream.range(0, blocks.size())
            .filter(block -> !receipts.has(FoundBlock.name(block)))
            .boxed()
            .toList();
    if (missing.isEmpty()) {
      return blocks.size();
    }
    double[][] scores = new PositiveScores(spark, storage, texts).of(queries, documents, sets);
    console.accept(
        "search   %,d documents for %,d queries, %,d of %,d blocks"
            .formatted(texts.documents(), texts.queries(), missing.size(), blocks.size()));
    ExactSearch search =
        ExactSearch.of(spark, storage, documents, spark.defaultParallelism(), k, Similarity.COSINE);
    for (int block : missing) {
      spark.setJobGroup(
          "retromae-embed-search",
          "search for block %,d of %,d".formatted(block + 1, blocks.size()),
          true);
      FoundBlock found = found(search, blocks.get(block), queries.width(), scores);
      receipts.publish(FoundBlock.name(block), found);
    }
    return blocks.size();
  }

  private VectorFiles open(String folder, int rows) throws IOException {
    VectorFiles files = VectorFiles.open(storage, folder, VectorColumns.DEFAULT);
    if (files.rows() != rows) {
      throw new CorruptDataException(
          "%s: %,d vectors of %,d texts; run again with --overwrite"
              .formatted(folder, files.rows(), rows));
    }
    return files;
  }

  private FoundBlock found(ExactSearch search, List<VectorPart> parts, int width, double[][] scores)
      throws IOException {
    int first = Math.toIntExact(parts.get(0).first());
    List<FoundBlock.Found> found = new ArrayList<>();
    try (VectorReader reader = VectorFiles.read(storage, parts, width)) {
      long next = first;
      for (Optional<VectorBlock> some = reader.next(); some.isPresent(); some = reader.next()) {
        search.search(some.get(), next, best -> take(best, scores, found));
        next += some.get().size();
      }
    }
    long expected = parts.stream().mapToLong(VectorPart::rows).sum();
    if (found.size() != expected) {
      throw new ClusterException(
          "%,d of %,d queries were searched for; run again".formatted(found.size(), expected));
    }
    return new FoundBlock(first, found);
  }

  private void take(TopK best, double[][] scores, List<FoundBlock.Found> found) {
    for (int i = 0; i < best.queries(); i++) {
      int number = Math.toIntExact(best.firstQuery() + i);
      QueryEntry entry = texts.query(number);
      int size = best.size(i);
      int[] numbers = new int[size];
      double[] its = new double[size];
      for (int rank = 0; rank < size; rank++) {
        numbers[rank] = Math.toIntExact(best.number(i, rank));
        its[rank] = best.score(i, rank);
      }
      MinedQuery mined =
          selection.select(
              entry.scored(texts.own(entry), scores[number]),
              new NegativeSelection.Ranked(numbers, its));
      found.add(new FoundBlock.Found(mined, entry.hashes(), scores[number]));
    }
  }
}
