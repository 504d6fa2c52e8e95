package io.retromae.finetune.contrastive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import io.retromae.finetune.contrastive.ContrastiveRule.Distillation;
import io.retromae.finetune.contrastive.ContrastiveRule.Negatives;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.Pooling;
import io.retromae.training.collective.LocalCollective;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** More queries and passages than a tile has, against the formulas written as loops. */
class TwoSidedLossTest {
  private static final int WIDTH = 32;

  /** The first has two tiles of queries and two of passages. */
  private static List<PairBatch> shards() {
    return List.of(
        RandomBatches.shard(TwoSidedLoss.QUERIES + 10, 4, true, 1),
        RandomBatches.shard(5, 1, true, 2),
        RandomBatches.shard(30, 3, true, 3));
  }

  /** The loss written down: scores whole, sums in the order of passages. */
  private static final class Formulas {
    final List<PairBatch> shards;
    final ContrastiveRule rule;
    final double[][] q;
    final double[][] p;
    final double[][] dq;
    final double[][] dp;
    double loss;
    PairSums gauges = PairSums.NONE;
    private int n;

    Formulas(List<PairBatch> shards, ContrastiveRule rule, double[][] q, double[][] p) {
      this.shards = shards;
      this.rule = rule;
      this.q = q;
      this.p = p;
      this.n = q.length;
      this.dq = new double[q.length][WIDTH];
      this.dp = new double[p.length][WIDTH];
    }

    void run() {
      int query = 0;
      int passage = 0;
      for (PairBatch shard : shards) {
        int firstOfShard = passage;
        for (int i = 0; i < shard.queries().length; i++, query++, passage += shard.groupSize()) {
          int end = firstOfShard + shard.passages().length;
          boolean global = rule.negatives() == Negatives.GLOBAL;
          int low = global ? 0 : firstOfShard;
          int high = global ? p.length : end;
          row(shard, i, query, passage, low, high);
        }
      }
    }

    private void row(PairBatch shard, int i, int query, int own, int low, int high) {
      int size = shard.groupSize();
      double[] s = new double[p.length];
      boolean[] outside = new boolean[p.length];
      boolean[] counts = new boolean[p.length];
      for (int j = low; j < high; j++) {
        s[j] = dot(q[query], p[j]) / rule.temperature();
        counts[j] = j == own || !right(shard, i, j);
        outside[j] = counts[j] && (j < own || j >= own + size);
      }
      gauges = gauges.plus(measured(s, counts, own, low, high));
      double[] ds = new double[p.length];
      if (rule.distillation() != Distillation.M3_KD_LOSS) {
        double z = 0;
        for (int j = low; j < high; j++) {
          z += counts[j] ? Math.exp(s[j]) : 0;
        }
        loss += (Math.log(z) - s[own]) / n;
        for (int j = low; j < high; j++) {
          ds[j] += counts[j] ? Math.exp(s[j]) / z : 0;
        }
        ds[own] -= 1;
      }
      double[] t = new double[size];
      double sum = 0;
      for (int g = 0; g < size; g++) {
        t[g] = Math.exp(shard.teacher()[i * size + g]);
        sum += t[g];
      }
      for (int g = 0; g < size && rule.distills(); g++) {
        double teach = t[g] / sum * rule.kdWeight();
        double z = 0;
        for (int j = low; j < high; j++) {
          z += in(j, g, own, size, outside) ? Math.exp(s[j]) : 0;
        }
        loss += teach * (Math.log(z) - s[own + g]) / n;
        ds[own + g] -= teach;
        for (int j = low; j < high; j++) {
          ds[j] += in(j, g, own, size, outside) ? teach * Math.exp(s[j]) / z : 0;
        }
      }
      for (int j = low; j < high; j++) {
        for (int k = 0; k < WIDTH; k++) {
          dq[query][k] += ds[j] * p[j][k] / (n * rule.temperature());
          dp[j][k] += ds[j] * q[query][k] / (n * rule.temperature());
        }
      }
    }

    private static PairSums measured(double[] s, boolean[] counts, int own, int low, int high) {
      double hardest = Double.NEGATIVE_INFINITY;
      int negatives = 0;
      for (int j = low; j < high; j++) {
        if (counts[j] && j != own) {
          hardest = Math.max(hardest, s[j]);
          negatives++;
        }
      }
      int candidates = high - low - 1;
      return new PairSums(
          0,
          0,
          s[own] > hardest ? 1 : 0,
          s[own],
          negatives > 0 ? hardest : 0,
          negatives > 0 ? 1 : 0,
          1,
          candidates - negatives,
          candidates);
    }

    /** Whether passage j is in the sum that the group's g-th is compared with. */
    private boolean in(int j, int g, int own, int size, boolean[] outside) {
      boolean ofGroup = j >= own && j < own + size;
      return rule.distillation() == Distillation.KL_DIV
          ? ofGroup
          : ofGroup ? j - own >= g : outside[j];
    }

    private boolean right(PairBatch shard, int i, int j) {
      if (!rule.maskSameText()) {
        return false;
      }
      int first = 0;
      for (PairBatch other : shards) {
        int local = j - first;
        if (local < other.passages().length) {
          long text = other.texts().passages()[local];
          boolean listed =
              Arrays.stream(shard.texts().positives()[i]).anyMatch(hash -> hash == text);
          int owner = local / other.groupSize();
          boolean twin =
              local % other.groupSize() == 0
                  && other.texts().queries()[owner] == shard.texts().queries()[i];
          return listed || twin;
        }
        first += other.passages().length;
      }
      throw new AssertionError(j);
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < WIDTH; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  @ParameterizedTest(name = "{0}, {1}, masked {2}")
  @CsvSource({
    "GLOBAL, NONE, true",
    "GLOBAL, NONE, false",
    "SHARD, KL_DIV, true",
    "GLOBAL, M3_KD_LOSS, true",
    "SHARD, M3_KD_LOSS, false"
  })
  void tilesAddUpToTheFormulas(Negatives negatives, Distillation distillation, boolean mask) {
    double weight = distillation == Distillation.KL_DIV ? 0.3 : 1;
    ContrastiveRule rule =
        new ContrastiveRule(
            Pooling.CLS, false, 2, negatives, mask, distillation, weight, List.of(), 1_000, false);
    List<PairBatch> shards = shards();
    BatchLayout layout = BatchLayout.of(new byte[][] {BatchLayout.message(shards)});
    double[][] q = new double[layout.queries()][WIDTH];
    double[][] p = new double[layout.passages()][WIDTH];
    try (ContrastiveModel model = GoldenCase.model(rule, DataType.FLOAT64);
        BatchTensors arrays = model.newArrays();
        LocalCollective alone = new LocalCollective()) {
      ContrastiveModel.Matrix vectors = model.newMatrix(arrays.manager(), layout.rows(), WIDTH);
      ContrastiveModel.Matrix gradients = model.newMatrix(arrays.manager(), layout.rows(), WIDTH);
      ByteBuffer memory = vectors.flat().fetch().whole();
      Random random = new Random(3);
      for (BatchLayout.Shard shard : layout.shards()) {
        for (int i = 0; i < shard.rows(); i++) {
          double[] row =
              i < shard.queries()
                  ? q[shard.firstQuery() + i]
                  : p[shard.firstPassage() + i - shard.queries()];
          Arrays.setAll(row, k -> random.nextGaussian() / 3);
          Arrays.stream(row).forEach(memory::putDouble);
        }
      }
      TwoSidedLoss.Step step =
          new TwoSidedLoss.Step(
              layout,
              mask
                  ? Optional.of(new SameText(layout, new byte[][] {SameText.message(shards)}))
                  : Optional.empty(),
              shards,
              0,
              new VectorExchange(alone),
              () -> {});

      List<PairSums> sums =
          new TwoSidedLoss(model, rule, step).run(vectors.array(), gradients.array());

      Formulas want = new Formulas(shards, rule, q, p);
      want.run();
      double got = 0;
      PairSums all = PairSums.NONE;
      for (PairSums ofShard : sums) {
        all = all.plus(ofShard);
        got +=
            distillation == Distillation.M3_KD_LOSS
                ? ofShard.distillation()
                : ofShard.contrast() + weight * ofShard.distillation();
      }
      assertEquals(want.loss, got / layout.queries(), 1e-11);
      assertEquals(want.gauges.hits(), all.hits());
      assertEquals(want.gauges.queries(), all.queries());
      assertEquals(want.gauges.withNegatives(), all.withNegatives());
      assertEquals(want.gauges.masked(), all.masked());
      assertEquals(want.gauges.candidates(), all.candidates());
      assertEquals(want.gauges.positive(), all.positive(), 1e-9);
      assertEquals(want.gauges.hardest(), all.hardest(), 1e-9);
      assertEquals(mask, all.masked() > 0);
      ByteBuffer d = gradients.flat().fetch().whole();
      for (BatchLayout.Shard shard : layout.shards()) {
        for (int i = 0; i < shard.rows(); i++) {
          double[] row =
              i < shard.queries()
                  ? want.dq[shard.firstQuery() + i]
                  : want.dp[shard.firstPassage() + i - shard.queries()];
          for (int k = 0; k < WIDTH; k++) {
            assertEquals(row[k], d.getDouble(), 1e-12, "row " + (shard.firstRow() + i));
          }
        }
      }
    }
  }
}
