package io.retromae.finetune.pairs.job;

import io.retromae.core.shard.ColumnTable;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.embed.encoder.WindowEncoder;
import io.retromae.embed.job.TaskPlace;
import io.retromae.etl.work.DropList;
import io.retromae.finetune.pairs.make.Pair;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Pairs of one unit that are no duplicates, of no too frequent query: judged by the third model, if
 * there is one, written.
 */
final class JudgeTask {
  private static final int WINDOW = WindowEncoder.WINDOW / 2;

  private final PairsContext context;
  private final double minSimilarity;
  private final Optional<Similarity> similarity;
  private final PartWriter parts;
  private final PairCounts counts = PairCounts.none();
  private final Map<String, long[]> cosines = new TreeMap<>();
  private final List<Candidates.Row> window = new ArrayList<>();

  private JudgeTask(PairsContext context, Optional<Similarity> similarity, PartWriter parts) {
    this.context = context;
    this.minSimilarity = context.config().consistency().minSimilarity();
    this.similarity = similarity;
    this.parts = parts;
  }

  /**
   * What a judged unit leaves.
   *
   * @param work that it belongs to: candidates and drop list
   * @param parts file of its pairs within the output folder, by data set
   * @param counts of duplicates, of pairs of frequent queries, of unlike and written pairs
   * @param cosines by data set, counted in {@value Similarity#BINS} equal bins over [-1, 1]
   */
  record Receipt(
      String work, Map<String, String> parts, PairCounts counts, Map<String, long[]> cosines)
      implements Receipts.Receipt {
    private static final long serialVersionUID = 1L;

    @Override
    public List<String> files() {
      return List.copyOf(parts.values());
    }
  }

  static String receiptName(int unit) {
    return String.format(Locale.ROOT, "judge-%06d", unit);
  }

  /**
   * Judges the pairs of a unit, unless a receipt says that it has been done.
   *
   * @param candidates file of its pairs
   */
  static Receipt run(PairsContext context, int unit, String candidates) throws IOException {
    DropList drops = DropList.read(context.folder(), unit);
    String work = candidates + " " + Arrays.hashCode(drops.toBytes());
    Optional<Receipt> done = context.folder().receipts().read(receiptName(unit), Receipt.class);
    if (done.isPresent() && done.get().work().equals(work)) {
      return done.get();
    }
    String prefix = String.format(Locale.ROOT, "_work/parts/%06d-%s", unit, UUID.randomUUID());
    try (PartWriter parts = new PartWriter(context.folder(), prefix)) {
      Receipt receipt;
      if (context.judge().isPresent()) {
        try (TextEncoder encoder =
            SharedEncoder.acquire(context.storage(), context.judge().get(), TaskPlace.here())) {
          Optional<Similarity> similarity = Optional.of(new Similarity(encoder));
          receipt = new JudgeTask(context, similarity, parts).judge(work, candidates, drops);
        }
      } else {
        receipt = new JudgeTask(context, Optional.empty(), parts).judge(work, candidates, drops);
      }
      context.folder().receipts().publish(receiptName(unit), receipt);
      return receipt;
    }
  }

  private Receipt judge(String work, String candidates, DropList drops) throws IOException {
    try (ColumnTable.Reader reader = Candidates.open(context.folder(), candidates)) {
      for (int row = 0; reader.next(); row++) {
        Candidates.Row candidate = Candidates.row(reader);
        if (drops.contains(row)) {
          boolean duplicate = drops.exact().contains(row);
          counts.pair(
              candidate.set(), duplicate ? PairCounts.DUPLICATE : PairCounts.FREQUENT_QUERY);
          continue;
        }
        window.add(candidate);
        if (window.size() == WINDOW) {
          take();
        }
      }
      take();
    }
    return new Receipt(work, parts.commit(), counts, cosines);
  }

  private void take() throws IOException {
    if (window.isEmpty()) {
      return;
    }
    List<Pair> pairs = window.stream().map(Candidates.Row::pair).toList();
    Optional<double[]> found = similarity.map(judge -> judge.of(pairs));
    for (int i = 0; i < pairs.size(); i++) {
      Candidates.Row row = window.get(i);
      if (found.isPresent()) {
        double cosine = found.get()[i];
        cosines
            .computeIfAbsent(row.set(), s -> new long[Similarity.BINS])[Similarity.bin(cosine)]++;
        if (!(cosine >= minSimilarity)) {
          counts.pair(row.set(), PairCounts.UNLIKE);
          continue;
        }
      }
      parts.append(row);
      counts.pair(row.set(), PairCounts.WRITTEN);
    }
    window.clear();
  }
}
