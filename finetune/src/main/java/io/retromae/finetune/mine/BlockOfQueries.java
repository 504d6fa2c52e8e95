package io.retromae.finetune.mine;

import io.retromae.embed.search.PairScores;
import io.retromae.embed.search.TopK;
import io.retromae.finetune.mine.selection.MinedQuery;
import io.retromae.finetune.mine.selection.NegativeSelection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Chooses the negatives of consecutive queries while they are searched for. */
final class BlockOfQueries {
  private final MiningTexts texts;
  private final NegativeSelection selection;
  private final double[][] positives;
  private final List<FoundBlock.Found> found = new ArrayList<>();
  private final List<Short> shortOnes = new ArrayList<>();

  /** A query to fill up, and documents drawn for it whose scores nobody knows. */
  private record Short(int place, int query, int[] drawn) {}

  /**
   * Empty.
   *
   * @param positives scores, [query][positive]
   */
  BlockOfQueries(MiningTexts texts, NegativeSelection selection, double[][] positives) {
    this.texts = texts;
    this.selection = selection;
    this.positives = positives;
  }

  /** Queries taken so far. */
  int size() {
    return found.size();
  }

  /** Takes the best documents of the next queries. */
  void take(TopK best) {
    for (int i = 0; i < best.queries(); i++) {
      int number = Math.toIntExact(best.firstQuery() + i);
      QueryEntry entry = texts.query(number);
      NegativeSelection.Query query = entry.scored(texts.own(entry), positives[number]);
      NegativeSelection.Ranked ranked = ranked(best, i);
      MinedQuery mined = selection.select(query, ranked);
      if (mined.notFilled()) {
        int[] drawn = selection.drawnToFill(query, mined, ranked);
        shortOnes.add(new Short(found.size(), number, drawn));
      }
      found.add(new FoundBlock.Found(mined, entry.hashes(), positives[number]));
    }
  }

  private static NegativeSelection.Ranked ranked(TopK best, int i) {
    int size = best.size(i);
    int[] numbers = new int[size];
    double[] scores = new double[size];
    for (int rank = 0; rank < size; rank++) {
      numbers[rank] = Math.toIntExact(best.number(i, rank));
      scores[rank] = best.score(i, rank);
    }
    return new NegativeSelection.Ranked(numbers, scores);
  }

  /** All of them; short ones are filled up with what was drawn for them and is not too close. */
  List<FoundBlock.Found> filled(Function<PairScores.Pairs, double[]> scores) {
    int[] queries =
        shortOnes.stream()
            .flatMapToInt(one -> Arrays.stream(one.drawn()).map(document -> one.query()))
            .toArray();
    int[] documents = shortOnes.stream().flatMapToInt(one -> Arrays.stream(one.drawn())).toArray();
    double[] all = scores.apply(new PairScores.Pairs(queries, documents));
    int from = 0;
    for (Short one : shortOnes) {
      int to = from + one.drawn().length;
      FoundBlock.Found before = found.get(one.place());
      MinedQuery filled =
          selection.filled(before.mined(), one.drawn(), Arrays.copyOfRange(all, from, to));
      found.set(
          one.place(), new FoundBlock.Found(filled, before.positives(), before.positiveScores()));
      from = to;
    }
    return found;
  }
}
