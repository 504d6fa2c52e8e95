package io.retromae.finetune.mine.selection;

import io.retromae.core.hash.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses a query's negatives among its best documents, as FlagEmbedding's hn_mine does, but for
 * documents that score too much beside the query's positives. A function of the query alone, so
 * that neither order nor partitions matter.
 */
public final class NegativeSelection {
  private static final long DRAW = 41;
  private static final long FILL = 42;

  /** Suspects that are told. */
  private static final int TOLD = 3;

  private final Rules rules;
  private final int documents;

  /**
   * What is chosen.
   *
   * @param window of ranks
   * @param number of negatives
   * @param strategy which of those that are left
   * @param fill whether more are drawn if they are fewer
   * @param margins which scores they may have
   * @param seed of all draws
   */
  public record Rules(
      RankWindow window, int number, Strategy strategy, Fill fill, Margins margins, long seed) {}

  /**
   * A query.
   *
   * @param hash of its text, which draws depend on
   * @param positives numbers of its positives, sorted
   * @param own number of the document with its text; -1 if there is none
   * @param lowest p, the lowest score of its positives
   */
  public record Query(long hash, int[] positives, int own, double lowest) {
    private boolean isPositive(int document) {
      return Arrays.binarySearch(positives, document) >= 0;
    }
  }

  /**
   * Ranked documents.
   *
   * @param numbers best first
   * @param scores theirs
   */
  public record Ranked(int[] numbers, double[] scores) {
    private Ranked at(int[] places) {
      return new Ranked(
          Arrays.stream(places).map(place -> numbers[place]).toArray(),
          Arrays.stream(places).mapToDouble(place -> scores[place]).toArray());
    }
  }

  /** Among so many documents. */
  public NegativeSelection(Rules rules, int documents) {
    this.rules = rules;
    this.documents = documents;
  }

  /** Why a document is no negative of a query; empty if it may be one. */
  private Optional<DropReason> refusal(Query query, int document, double score) {
    if (query.isPositive(document)) {
      return Optional.of(DropReason.POSITIVE);
    }
    if (document == query.own()) {
      return Optional.of(DropReason.QUERY);
    }
    return rules.margins().refusal(score, query.lowest());
  }

  /** Places in the window whose documents may be negatives; counts the others. */
  int[] candidates(Query query, Ranked best, Map<DropReason, Integer> dropped) {
    int from = Math.min(rules.window().from(), best.numbers().length);
    int to = Math.min(rules.window().to(), best.numbers().length);
    int[] left = new int[to - from];
    int count = 0;
    for (int rank = from; rank < to; rank++) {
      Optional<DropReason> reason = refusal(query, best.numbers()[rank], best.scores()[rank]);
      reason.ifPresent(why -> dropped.merge(why, 1, Integer::sum));
      if (reason.isEmpty()) {
        left[count++] = rank;
      }
    }
    return Arrays.copyOf(left, count);
  }

  /** The negatives of a query; {@code best} are its best documents, as many as the window needs. */
  public MinedQuery select(Query query, Ranked best) {
    Map<DropReason, Integer> dropped = new EnumMap<>(DropReason.class);
    int[] candidates = candidates(query, best, dropped);
    Ranked mined = best.at(drawn(query, candidates));
    Ranked suspects = best.at(suspects(query, best));
    int[] negatives = mined.numbers();
    boolean fill = rules.fill() == Fill.RANDOM && negatives.length < rules.number();
    boolean sure = isSureOfOthers(query, best);
    if (fill && sure) {
      negatives = filled(query, negatives, suspects.numbers());
    }
    int told = Math.min(TOLD, suspects.numbers().length);
    return new MinedQuery(
        query.lowest(),
        negatives,
        mined.scores(),
        candidates.length,
        dropped,
        Arrays.copyOf(suspects.numbers(), told),
        Arrays.copyOf(suspects.scores(), told),
        fill && !sure);
  }

  /** Whether no document that was not ranked scores too much: they score less than the last one. */
  private boolean isSureOfOthers(Query query, Ranked best) {
    int count = best.numbers().length;
    return count == documents
        || rules.margins().suspicion(best.scores()[count - 1], query.lowest()).isEmpty();
  }

  /** Some of the candidates, best first. */
  private int[] drawn(Query query, int[] candidates) {
    int count = Math.min(rules.number(), candidates.length);
    if (rules.strategy() == Strategy.RANDOM) {
      int[] drawn = candidates.clone();
      new CounterRandom(rules.seed(), DRAW, 0, query.hash()).shuffle(drawn, drawn.length);
      Arrays.sort(drawn, 0, count);
      return Arrays.copyOf(drawn, count);
    }
    return Arrays.copyOf(candidates, count);
  }

  /** Places, whatever their rank, of documents that may well be positives nobody has marked. */
  private int[] suspects(Query query, Ranked best) {
    List<Integer> suspects = new ArrayList<>();
    for (int rank = 0; rank < best.numbers().length; rank++) {
      int document = best.numbers()[rank];
      boolean known = query.isPositive(document) || document == query.own();
      if (!known && rules.margins().suspicion(best.scores()[rank], query.lowest()).isPresent()) {
        suspects.add(rank);
      }
    }
    return suspects.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * More negatives, drawn from all documents but positives, the query, those that are there already
   * and suspects.
   */
  private int[] filled(Query query, int[] negatives, int[] suspects) {
    Set<Integer> taken = new HashSet<>();
    Arrays.stream(query.positives()).filter(number -> number < documents).forEach(taken::add);
    Arrays.stream(negatives).forEach(taken::add);
    Arrays.stream(suspects).forEach(taken::add);
    if (query.own() >= 0) {
      taken.add(query.own());
    }
    int wanted = Math.min(rules.number(), negatives.length + documents - taken.size());
    int[] all = Arrays.copyOf(negatives, Math.max(negatives.length, wanted));
    CounterRandom random = new CounterRandom(rules.seed(), FILL, 0, query.hash());
    if (documents / 2 < taken.size() + wanted) { // drawing would meet taken ones too often
      int next = negatives.length;
      for (int document : random.permutation(documents)) {
        if (next < all.length && taken.add(document)) {
          all[next++] = document;
        }
      }
      return all;
    }
    for (int next = negatives.length; next < all.length; ) {
      int document = random.nextInt(documents);
      if (taken.add(document)) {
        all[next++] = document;
      }
    }
    return all;
  }
}
