package io.retromae.finetune.mine;

import io.retromae.finetune.mine.selection.DropReason;
import io.retromae.finetune.mine.selection.MinedQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sums up what was found, query by query in their order. */
final class ReportMaker {
  private static final int EXAMPLES = 8;
  private static final int SHOWN = 3;

  private final MiningPlan plan;
  private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
  private final ScoreSums lowest = new ScoreSums();
  private final ScoreSums scores = new ScoreSums();
  private final ScoreSums gaps = new ScoreSums();
  private final Map<Integer, MinedQuery> examples = new TreeMap<>();
  private final int exampleEvery;
  private int queries;
  private long left;
  private long negatives;
  private long filled;
  private long notFilled;
  private long shortQueries;
  private long emptyQueries;

  ReportMaker(MiningPlan plan) {
    this.plan = plan;
    this.exampleEvery = Math.max(1, plan.texts().queries() / EXAMPLES);
  }

  /** Takes the next queries. */
  void add(FoundBlock block) {
    block.queries().forEach(found -> add(found.mined()));
  }

  private void add(MinedQuery mined) {
    mined.dropped().forEach((reason, count) -> dropped.merge(reason, (long) count, Long::sum));
    left += mined.candidates();
    negatives += mined.negatives().length;
    filled += mined.filled();
    notFilled += mined.notFilled() ? 1 : 0;
    shortQueries += mined.negatives().length < plan.config().negativeNumber() ? 1 : 0;
    emptyQueries += mined.negatives().length == 0 ? 1 : 0;
    lowest.add(mined.lowest());
    for (double score : mined.scores()) {
      scores.add(score);
      gaps.add(mined.lowest() - score);
    }
    if (queries % exampleEvery == 0 && examples.size() < EXAMPLES) {
      examples.put(queries, mined);
    }
    queries++;
  }

  /** Numbers of documents that examples show. */
  Set<Integer> documents() {
    Set<Integer> numbers = new TreeSet<>();
    for (MinedQuery mined : examples.values()) {
      Arrays.stream(mined.negatives()).limit(shown(mined)).forEach(numbers::add);
      Arrays.stream(mined.suspects()).forEach(numbers::add);
    }
    return numbers;
  }

  /** Numbers of queries that are examples. */
  Set<Integer> queries() {
    return examples.keySet();
  }

  private static int shown(MinedQuery mined) {
    return Math.min(SHOWN, mined.scores().length);
  }

  /**
   * The report.
   *
   * @param queryTexts of {@link #queries}
   * @param texts of {@link #documents}
   */
  MiningReport report(Map<Integer, String> queryTexts, Map<Integer, String> texts) {
    MiningTexts inputs = plan.texts();
    Map<String, Long> reasons = new TreeMap<>();
    dropped.forEach((why, count) -> reasons.put(why.name().toLowerCase(Locale.ROOT), count));
    return new MiningReport(
        inputs.counts().lines(),
        queries,
        inputs.documents(),
        inputs.others(),
        new HashMap<>(inputs.counts().treated()),
        new HashMap<>(inputs.counts().refused()),
        left + reasons.values().stream().mapToLong(Long::longValue).sum(),
        reasons,
        left,
        negatives,
        filled,
        notFilled,
        shortQueries,
        emptyQueries,
        lowest.distribution(),
        scores.distribution(),
        gaps.distribution(),
        examples(queryTexts, texts));
  }

  private List<MiningReport.Example> examples(
      Map<Integer, String> queryTexts, Map<Integer, String> texts) {
    List<MiningReport.Example> shown = new ArrayList<>();
    examples.forEach(
        (query, mined) ->
            shown.add(
                new MiningReport.Example(
                    queryTexts.get(query),
                    mined.lowest(),
                    scored(mined.negatives(), mined.scores(), shown(mined), texts),
                    scored(
                        mined.suspects(), mined.suspectScores(), mined.suspects().length, texts))));
    return shown;
  }

  private static List<MiningReport.Scored> scored(
      int[] numbers, double[] scores, int count, Map<Integer, String> texts) {
    List<MiningReport.Scored> scored = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      scored.add(new MiningReport.Scored(texts.get(numbers[i]), scores[i]));
    }
    return scored;
  }
}
