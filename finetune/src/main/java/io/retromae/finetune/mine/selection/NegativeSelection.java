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
import java.util.stream.IntStream;

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

  /** Documents that are scored for one that a query lacks. */
  private static final int DRAWN_FOR_ONE = 4;

  /** And for a query, besides. */
  private static final int DRAWN_AT_LEAST = 16;

  private final Rules rules;
  private final int documents;
  private final Copies copies;

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

  /** Among so many documents; near copies of a query's positives are none of its negatives. */
  public NegativeSelection(Rules rules, int documents, Copies copies) {
    this.rules = rules;
    this.documents = documents;
    this.copies = copies;
  }

  /** Why a document is no negative of a query; empty if it may be one. */
  private Optional<DropReason> refusal(Query query, int document, double score) {
    if (query.isPositive(document)) {
      return Optional.of(DropReason.POSITIVE);
    }
    if (document == query.own()) {
      return Optional.of(DropReason.QUERY);
    }
    if (copies.isNearAny(document, query.positives())) {
      return Optional.of(DropReason.NEAR_DUPLICATE);
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
      int missing = rules.number() - negatives.length;
      negatives = joined(negatives, others(query, negatives, suspects.numbers(), missing));
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
   * Documents to look at for a query that could not be filled up, as nobody knows whether those
   * that were not ranked are too close to it: more than it lacks, as some will be.
   *
   * @param best as it was given to {@link #select}
   */
  public int[] drawnToFill(Query query, MinedQuery mined, Ranked best) {
    int missing = rules.number() - mined.negatives().length;
    int[] suspects = best.at(suspects(query, best)).numbers();
    return others(query, mined.negatives(), suspects, DRAWN_FOR_ONE * missing + DRAWN_AT_LEAST);
  }

  /**
   * The query with the first of those that are not too close.
   *
   * @param drawn see {@link #drawnToFill}
   * @param scores theirs
   */
  public MinedQuery filled(MinedQuery mined, int[] drawn, double[] scores) {
    int missing = rules.number() - mined.negatives().length;
    int[] fit =
        IntStream.range(0, drawn.length)
            .filter(i -> rules.margins().suspicion(scores[i], mined.lowest()).isEmpty())
            .limit(missing)
            .map(i -> drawn[i])
            .toArray();
    return mined.filledWith(fit, fit.length < missing);
  }

  static int[] joined(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /**
   * Documents drawn from all but positives and their near copies, the query, those that are
   * negatives already, and suspects.
   *
   * @param most fewer if there are no more
   */
  private int[] others(Query query, int[] negatives, int[] suspects, int most) {
    Set<Integer> taken = new HashSet<>();
    Arrays.stream(query.positives()).filter(number -> number < documents).forEach(taken::add);
    Arrays.stream(negatives).forEach(taken::add);
    Arrays.stream(suspects).forEach(taken::add);
    if (query.own() >= 0) {
      taken.add(query.own());
    }
    int wanted = Math.min(most, documents - taken.size());
    CounterRandom random = new CounterRandom(rules.seed(), FILL, 0, query.hash());
    int[] others = new int[wanted];
    int found = 0;
    if (documents / 2 < taken.size() + wanted) { // drawing would meet taken ones too often
      int[] all = random.permutation(documents);
      for (int i = 0; i < all.length && found < wanted; i++) {
        if (taken.add(all[i]) && !copies.isNearAny(all[i], query.positives())) {
          others[found++] = all[i];
        }
      }
    } else {
      while (found < wanted && taken.size() < documents) {
        int document = random.nextInt(documents);
        if (taken.add(document) && !copies.isNearAny(document, query.positives())) {
          others[found++] = document;
        }
      }
    }
    return Arrays.copyOf(others, found);
  }
}
