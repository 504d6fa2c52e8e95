package io.retromae.embed.metric.rank;

import java.util.Arrays;
import java.util.Map;

/**
 * Where the relevant documents of one query stand, without sorting the others: all a metric asks.
 * Order is that of trec_eval: scores rounded to float32, highest first, equal ones by id in
 * descending {@link IdOrder}.
 */
final class JudgedRanks {
  private final Ranking ranking;
  private final int[] grades; // of the relevant documents returned, best rank first
  private final int[] ranks; // of the same, from 1
  private final int[] ideal; // all relevant grades, highest first
  private final int firstByDouble;

  private JudgedRanks(Ranking ranking, int[] grades, int[] ranks, int[] ideal, int first) {
    this.ranking = ranking;
    this.grades = grades;
    this.ranks = ranks;
    this.ideal = ideal;
    this.firstByDouble = first;
  }

  static JudgedRanks of(Map<String, Integer> judged, Ranking ranking, DocumentTable table) {
    int[] ideal =
        judged.values().stream()
            .filter(Qrels::isRelevant)
            .mapToInt(grade -> -grade)
            .sorted()
            .map(grade -> -grade)
            .toArray();
    int[] found =
        judged.entrySet().stream()
            .filter(entry -> Qrels.isRelevant(entry.getValue()))
            .mapToInt(entry -> table.place(entry.getKey()))
            .filter(place -> place >= 0)
            .boxed()
            .sorted((a, b) -> compare(ranking, a, b))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] grades = Arrays.stream(found).map(place -> judged.get(ranking.ids()[place])).toArray();
    return new JudgedRanks(
        ranking, grades, ranks(ranking, found), ideal, firstByDouble(ranking, found));
  }

  /** Negative if the document at place {@code a} comes before that at {@code b}. */
  private static int compare(Ranking ranking, int a, int b) {
    float left = (float) ranking.scores()[a];
    float right = (float) ranking.scores()[b];
    if (left != right) { // not Float.compare: 0 and -0 are equal
      return left > right ? -1 : 1;
    }
    return IdOrder.compare(ranking.ids()[b], ranking.ids()[a]);
  }

  /** Counts for each document the first of {@code found} that does not come before it. */
  private static int[] ranks(Ranking ranking, int[] found) {
    int[] ranks = new int[found.length];
    float[] scores = new float[found.length];
    for (int i = 0; i < found.length; i++) {
      scores[i] = (float) ranking.scores()[found[i]];
    }
    if (found.length > 0) {
      float lowest = scores[found.length - 1];
      for (int place = 0; place < ranking.size(); place++) {
        if ((float) ranking.scores()[place] >= lowest) {
          int at = notBefore(ranking, found, scores, place);
          if (at < ranks.length) {
            ranks[at]++;
          }
        }
      }
    }
    for (int i = 1; i < ranks.length; i++) {
      ranks[i] += ranks[i - 1];
    }
    return ranks;
  }

  /** The first of {@code found} that is {@code place} or comes after it. */
  private static int notBefore(Ranking ranking, int[] found, float[] scores, int place) {
    float score = (float) ranking.scores()[place];
    int low = 0;
    int high = found.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      boolean before =
          scores[middle] != score
              ? scores[middle] > score
              : IdOrder.compare(ranking.ids()[found[middle]], ranking.ids()[place]) > 0;
      if (before) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The best rank of a relevant document by float64 scores, which is what mteb's MRR sees; or 0.
   */
  private static int firstByDouble(Ranking ranking, int[] found) {
    double[] scores = ranking.scores();
    String[] ids = ranking.ids();
    int best = -1;
    for (int place : found) {
      if (best < 0 || isBefore(scores[place], ids[place], scores[best], ids[best])) {
        best = place;
      }
    }
    if (best < 0) {
      return 0;
    }
    int rank = 1;
    for (int place = 0; place < scores.length; place++) {
      if (isBefore(scores[place], ids[place], scores[best], ids[best])) {
        rank++;
      }
    }
    return rank;
  }

  private static boolean isBefore(double score, String id, double other, String otherId) {
    return score != other ? score > other : IdOrder.compare(id, otherId) > 0;
  }

  /** trec_eval's num_ret. */
  int returned() {
    return ranking.size();
  }

  /** trec_eval's num_rel: relevant documents, returned or not. */
  int relevant() {
    return ideal.length;
  }

  /** How many relevant documents stand at rank {@code k} or better. */
  int found(int k) {
    int found = 0;
    while (found < ranks.length && ranks[found] <= k) {
      found++;
    }
    return found;
  }

  /** One over the first relevant rank, 0 beyond {@code k}; order of float32 scores. */
  double reciprocalRank(int k) {
    return ranks.length > 0 && ranks[0] <= k ? 1.0 / ranks[0] : 0;
  }

  /** The same in the order of float64 scores: MRR@k of mteb since 2.20. */
  double reciprocalRankByDouble(int k) {
    return firstByDouble > 0 && firstByDouble <= k ? 1.0 / firstByDouble : 0;
  }

  double precision(int k) {
    return (double) found(k) / k;
  }

  double recall(int k) {
    return relevant() == 0 ? 0 : (double) found(k) / relevant();
  }

  /** The sum of precision at relevant ranks up to {@code k}, over all relevant documents. */
  double averagePrecision(int k) {
    double sum = 0;
    int found = found(k);
    for (int i = 0; i < found; i++) {
      sum += (double) (i + 1) / ranks[i];
    }
    return relevant() == 0 ? 0 : sum / relevant();
  }

  /** Gain is the grade, discount log2(rank + 1); the ideal list is cut at {@code k} as well. */
  double ndcg(int k) {
    double gain = 0;
    int found = found(k);
    for (int i = 0; i < found; i++) {
      gain += grades[i] / log2(ranks[i] + 1);
    }
    double best = 0;
    for (int i = 0; i < Math.min(k, ideal.length); i++) {
      best += ideal[i] / log2(i + 2);
    }
    return best == 0 ? 0 : gain / best;
  }

  private static double log2(int value) {
    return Math.log(value) / Math.log(2);
  }
}
