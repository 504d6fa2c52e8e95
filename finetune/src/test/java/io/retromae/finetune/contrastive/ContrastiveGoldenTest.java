package io.retromae.finetune.contrastive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.collective.LocalCollective;
import io.retromae.training.safetensors.TensorData;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Recorded losses, vectors and gradients, by one rank and by many, in chunks of any size. */
class ContrastiveGoldenTest {
  private static final int WHOLE = 1 << 20;
  private static final int ROW_BY_ROW = 1;
  private static final int SOME_ROWS = 70;

  static Stream<Arguments> cases() {
    return GoldenCase.names().stream()
        .flatMap(
            name ->
                Stream.of(DataType.FLOAT64, DataType.FLOAT32)
                    .flatMap(
                        type ->
                            IntStream.of(WHOLE, SOME_ROWS, ROW_BY_ROW)
                                .mapToObj(tokens -> Arguments.of(name, type, tokens))));
  }

  private static double lossTolerance(double want, DataType type) {
    return type == DataType.FLOAT64 ? 1e-10 * Math.abs(want) : 1e-5 + 5e-6 * Math.abs(want);
  }

  private static double gradientTolerance(double want, DataType type) {
    return type == DataType.FLOAT64 ? 1e-10 + 1e-9 * Math.abs(want) : 5e-5 + 1e-4 * Math.abs(want);
  }

  private static void assertGradients(double[] want, double[] got, DataType type, String what) {
    assertEquals(want.length, got.length, what);
    for (int i = 0; i < want.length; i++) {
      assertEquals(want[i], got[i], gradientTolerance(want[i], type), what + " at " + i);
    }
  }

  @ParameterizedTest(name = "{0}, {1}, chunks of {2} tokens")
  @MethodSource("cases")
  void lossesAndParameterGradientsAreTheRecordedOnes(String name, DataType type, int tokens)
      throws Exception {
    GoldenCase golden = GoldenCase.of(name);
    Map<String, TensorData> want = golden.expected(DataType.FLOAT64);
    ContrastiveRule rule = golden.rule(tokens);
    int shards = golden.batches().size();
    for (int world = 1; world <= shards; world *= 2) {
      Ranked got = Ranked.step(world, GoldenCase.shape(), rule, golden.batches(), type);

      String what = name + " by " + world;
      JsonNode losses = golden.recorded().get(type == DataType.FLOAT64 ? "f64" : "f32");
      double loss = losses.get("loss").asDouble();
      assertEquals(loss, got.losses()[0], lossTolerance(loss, type), what);
      if (rule.distillation() == ContrastiveRule.Distillation.KL_DIV) {
        double contrast = losses.get("contrastive_loss").asDouble();
        assertEquals(contrast, got.losses()[1], lossTolerance(contrast, type), what);
        double kd = losses.get("distillation_loss").asDouble();
        assertEquals(kd, got.losses()[2], lossTolerance(kd, type), what);
      }
      try (ContrastiveModel model = GoldenCase.model(rule, type)) {
        for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
          double[] gradient = want.get("grad." + parameter.name()).toDoubles();
          assertGradients(gradient, got.gradient(model, parameter), type, what + parameter.name());
        }
      }
      double norm =
          Math.sqrt(
              IntStream.range(0, got.gradients().length)
                  .mapToDouble(i -> got.gradients()[i] * got.gradients()[i])
                  .sum());
      double wantNorm = losses.get("grad_norm").asDouble();
      double relative = type == DataType.FLOAT64 ? 1e-9 : 2e-5;
      assertEquals(wantNorm, norm, relative * wantNorm, what);
    }
  }

  static Stream<Arguments> namesAndTypes() {
    return GoldenCase.names().stream()
        .flatMap(
            name ->
                Stream.of(
                    Arguments.of(name, DataType.FLOAT64), Arguments.of(name, DataType.FLOAT32)));
  }

  /** What one rank with all shards has of a step before its backward pass. */
  private record Vectors(double[] queries, double[] passages, double[] dq, double[] dp) {}

  private static Vectors vectors(GoldenCase golden, DataType type) {
    ContrastiveRule rule = golden.rule(SOME_ROWS);
    int shards = golden.batches().size();
    try (ContrastiveModel model = GoldenCase.model(rule, type);
        BatchTensors arrays = model.newArrays()) {
      ContrastiveStep step =
          new ContrastiveStep(
              model,
              rule,
              new ContrastiveStep.Ranks(
                  new LocalCollective(),
                  new int[] {0, shards},
                  shard -> ContrastiveModel.NO_DROPOUT,
                  () -> {}),
              golden.batches(),
              arrays.manager());
      step.encode(true);
      step.exchange();
      step.compare();
      double[] v = Ranked.values(step.vectors().flat(), type);
      double[] dv = Ranked.values(step.vectorGradients().flat(), type);
      return new Vectors(
          kind(v, golden, true),
          kind(v, golden, false),
          kind(dv, golden, true),
          kind(dv, golden, false));
    }
  }

  /** Rows of queries or of passages, all shards'. */
  private static double[] kind(double[] rows, GoldenCase golden, boolean queries) {
    int width = GoldenCase.shape().hiddenSize();
    java.util.stream.DoubleStream.Builder kept = java.util.stream.DoubleStream.builder();
    int row = 0;
    for (PairBatch batch : golden.batches()) {
      for (int i = 0; i < batch.rows(); i++, row++) {
        if (i < batch.queries().length == queries) {
          for (int k = 0; k < width; k++) {
            kept.add(rows[row * width + k]);
          }
        }
      }
    }
    return kept.build().toArray();
  }

  private static double[] normalized(double[] rows) {
    int width = GoldenCase.shape().hiddenSize();
    double[] unit = new double[rows.length];
    for (int row = 0; row < rows.length; row += width) {
      double square = 0;
      for (int k = 0; k < width; k++) {
        square += rows[row + k] * rows[row + k];
      }
      for (int k = 0; k < width; k++) {
        unit[row + k] = rows[row + k] / Math.sqrt(square);
      }
    }
    return unit;
  }

  /** The gradient by pooled vectors from that by normalised ones: (g - e (e . g)) / length. */
  private static double[] byPooled(double[] gradients, double[] pooled) {
    int width = GoldenCase.shape().hiddenSize();
    double[] e = normalized(pooled);
    double[] by = new double[gradients.length];
    for (int row = 0; row < by.length; row += width) {
      double along = 0;
      double square = 0;
      for (int k = row; k < row + width; k++) {
        along += e[k] * gradients[k];
        square += pooled[k] * pooled[k];
      }
      for (int k = row; k < row + width; k++) {
        by[k] = (gradients[k] - e[k] * along) / Math.sqrt(square);
      }
    }
    return by;
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("namesAndTypes")
  void vectorsAndTheirGradientsAreTheRecordedOnes(String name, DataType type) {
    GoldenCase golden = GoldenCase.of(name);
    Map<String, TensorData> want = golden.expected(DataType.FLOAT64);
    ContrastiveRule rule = golden.rule(SOME_ROWS);

    Vectors got = vectors(golden, type);

    double pooled = type == DataType.FLOAT64 ? 1e-10 : 2e-5;
    double[] queries = want.get("query_pooled").toDoubles();
    double[] passages = want.get("passage_pooled").toDoubles();
    assertArrayEquals(queries, got.queries(), pooled);
    assertArrayEquals(passages, got.passages(), pooled);
    if (!rule.mrlDims().isEmpty()) {
      assertGradients(want.get("grad_query_pooled").toDoubles(), got.dq(), type, "queries");
      assertGradients(want.get("grad_passage_pooled").toDoubles(), got.dp(), type, "passages");
      return;
    }
    double[] dq = want.get("grad_query_embeddings").toDoubles();
    double[] dp = want.get("grad_passage_embeddings").toDoubles();
    if (rule.normalize()) {
      double unit = type == DataType.FLOAT64 ? 1e-10 : 2e-6;
      assertArrayEquals(want.get("query_embeddings").toDoubles(), normalized(got.queries()), unit);
      assertArrayEquals(
          want.get("passage_embeddings").toDoubles(), normalized(got.passages()), unit);
      dq = byPooled(dq, queries);
      dp = byPooled(dp, passages);
    }
    assertGradients(dq, got.dq(), type, "queries");
    assertGradients(dp, got.dp(), type, "passages");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.retromae.finetune.contrastive.GoldenCase#names")
  void whatIsMaskedIsRecorded(String name) {
    GoldenCase golden = GoldenCase.of(name);
    TensorData masked =
        GoldenCase.FOLDER.tensors("loss/batches/" + name + ".safetensors").get("masked");
    if (masked == null) {
      return; // masking is off
    }
    BatchLayout layout = BatchLayout.of(new byte[][] {BatchLayout.message(golden.batches())});
    SameText texts = new SameText(layout, new byte[][] {SameText.message(golden.batches())});
    int[] want = masked.toInts();
    int[] byQuery = new int[want.length];
    int[] byPassage = new int[want.length];
    int n = layout.passages();
    for (int i = 0; i < layout.queries(); i++) {
      int query = i;
      texts.passagesRightFor(query, passage -> byQuery[query * n + passage] = 1);
    }
    for (int j = 0; j < n; j++) {
      int passage = j;
      texts.queriesThatFit(passage, query -> byPassage[query * n + passage] = 1);
    }

    assertArrayEquals(want, byQuery);
    assertArrayEquals(want, byPassage);
    assertTrue(IntStream.of(want).sum() > 0);
  }
}
