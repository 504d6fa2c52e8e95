package io.retromae.finetune.mine;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.search.BlockSearch;
import io.retromae.embed.search.ExactSearch;
import io.retromae.embed.search.PairScores;
import io.retromae.embed.search.Similarity;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorPart;
import io.retromae.embed.vector.VectorReader;
import io.retromae.finetune.mine.copies.CopySearch;
import io.retromae.finetune.mine.copies.NearCopies;
import io.retromae.finetune.mine.selection.Copies;
import io.retromae.finetune.mine.selection.NearDuplicates;
import io.retromae.finetune.mine.selection.NegativeSelection;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
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
  private final NegativeSelection.Rules rules;

  MiningSearch(JavaSparkContext spark, Storage storage, Receipts receipts, MiningPlan plan) {
    this.spark = spark;
    this.storage = storage;
    this.receipts = receipts;
    this.plan = plan;
    this.texts = plan.texts();
    this.rules = plan.config().rules();
  }

  /**
   * Searches for all queries that have no receipt yet.
   *
   * @return number of blocks
   */
  int run(MiningSets sets, Consumer<String> console) throws IOException {
    VectorFiles queries = open(sets.queries().folder(), texts.queries());
    VectorFiles documents = open(sets.documents().folder(), texts.documents());
    int k = Math.min(rules.window().to(), texts.documents());
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
    Choice choice =
        new Choice(
            new NegativeSelection(rules, texts.documents(), copies(sets, console)),
            scores,
            pairs -> pairScores(queries, documents, pairs));
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
      FoundBlock found = found(search, blocks.get(block), queries.width(), choice);
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

  /** Near copies of positives, where they are to be dropped. */
  private Copies copies(MiningSets sets, Consumer<String> console) {
    if (plan.config().nearDuplicates() == NearDuplicates.KEEP) {
      return Copies.NONE;
    }
    NearCopies copies =
        new CopySearch(spark, storage)
            .of(sets.documents().texts(), sets.others().texts(), texts.positives());
    console.accept(
        "copies   %,d texts are, or have, near copies among positives".formatted(copies.texts()));
    return copies;
  }

  private double[] pairScores(VectorFiles queries, VectorFiles documents, PairScores.Pairs pairs) {
    return new PairScores(spark, storage, Similarity.COSINE)
        .of(queries, documents, pairs, spark.defaultParallelism());
  }

  private FoundBlock found(ExactSearch search, List<VectorPart> parts, int width, Choice choice)
      throws IOException {
    int first = Math.toIntExact(parts.get(0).first());
    BlockOfQueries found = new BlockOfQueries(texts, choice.selection(), choice.positives());
    try (VectorReader reader = VectorFiles.read(storage, parts, width)) {
      long next = first;
      for (Optional<VectorBlock> some = reader.next(); some.isPresent(); some = reader.next()) {
        search.search(some.get(), next, found::take);
        next += some.get().size();
      }
    }
    long expected = parts.stream().mapToLong(VectorPart::rows).sum();
    if (found.size() != expected) {
      throw new ClusterException(
          "%,d of %,d queries were searched for; run again".formatted(found.size(), expected));
    }
    return new FoundBlock(first, found.filled(choice.scores()));
  }

  /**
   * How negatives are chosen.
   *
   * @param positives scores, [query][positive]
   * @param scores of any pairs of a query and a document
   */
  private record Choice(
      NegativeSelection selection,
      double[][] positives,
      Function<PairScores.Pairs, double[]> scores) {}
}
