package io.retromae.finetune.contrastive;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Batches of random ids for the recorded tiny BERT, with copies among their texts. */
final class RandomBatches {
  private static final int CLS = 2;
  private static final int SEP = 3;

  private RandomBatches() {}

  /** A shard of queries in groups; texts are numbered, and few, so that some are the same. */
  static PairBatch shard(int queries, int group, boolean teacher, long seed) {
    Random random = new Random(seed);
    int[][] q = new int[queries][];
    int[][] p = new int[queries * group][];
    long[] queryText = new long[queries];
    long[] passageText = new long[p.length];
    long[][] positives = new long[queries][];
    for (int j = 0; j < p.length; j++) {
      passageText[j] = 100 + random.nextInt(3 * p.length);
      p[j] = row(passageText[j], 24);
    }
    for (int i = 0; i < queries; i++) {
      queryText[i] = random.nextInt(4 * queries);
      q[i] = row(queryText[i], 10);
      positives[i] = new long[] {passageText[i * group], 100 + random.nextInt(3 * p.length)};
    }
    double[] scores = new double[teacher ? p.length : 0];
    for (int j = 0; j < scores.length; j++) {
      scores[j] = 6 * random.nextGaussian();
    }
    TextHashes texts = new TextHashes(queryText, passageText, positives);
    return new PairBatch(q, p, group, texts, scores, false);
  }

  static List<PairBatch> shards(int count, int queries, int group, boolean teacher, long seed) {
    List<PairBatch> shards = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shards.add(shard(queries, group, teacher, 1_000 * seed + i));
    }
    return shards;
  }

  /** Text 0 is empty. */
  private static int[] row(long text, int most) {
    Random random = new Random(text);
    int words = text == 0 ? 0 : random.nextInt(most - 1);
    int[] row = new int[words + 2];
    row[0] = CLS;
    for (int i = 1; i <= words; i++) {
      row[i] = 5 + random.nextInt(195);
    }
    row[words + 1] = SEP;
    return row;
  }
}
