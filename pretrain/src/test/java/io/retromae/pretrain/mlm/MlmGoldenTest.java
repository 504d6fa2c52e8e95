package io.retromae.pretrain.mlm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import io.retromae.pretrain.retromae.BatchArrays;
import io.retromae.pretrain.retromae.GoldenBatches;
import io.retromae.pretrain.retromae.GoldenModels;
import io.retromae.training.bert.AdamWStep;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.bert.TokenRows;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import io.retromae.training.loop.EvaluationSums;
import io.retromae.training.safetensors.Safetensors;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Losses, gradients and ten steps against Hugging Face's BertForMaskedLM, recorded by {@code
 * bench/peers/mlm_golden.py}.
 */
class MlmGoldenTest {
  private static final long NO_DROPOUT = -1;
  private static final double[] ONE = {1};

  private static Map<String, TensorData> golden() throws IOException {
    try (InputStream in = MlmGoldenTest.class.getResourceAsStream("golden.safetensors")) {
      return Safetensors.read("golden.safetensors", in);
    }
  }

  private static double number(Map<String, TensorData> golden, String name) {
    return golden.get(name).toDoubles()[0];
  }

  private static MlmModel model(DataType type) {
    MlmModel model = new MlmModel(GoldenBatches.FOLDER.shape(), type, Compute.CPU);
    GoldenBatches.FOLDER.fill(model);
    return model;
  }

  private static MlmBatch batch(String name) {
    BatchArrays recorded = GoldenBatches.batch(name);
    TokenRows rows =
        new TokenRows(recorded.length(), recorded.encoderInputIds(), recorded.lengths());
    return new MlmBatch(rows, recorded.encoderLabels());
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "mixed", "short", "special"})
  void lossesAndHitsEqualThePeers(String name) throws IOException {
    Map<String, TensorData> golden = golden();
    try (MlmModel model = model(DataType.FLOAT64)) {
      MlmBatch batch = batch(name);

      double[] losses = model.gradients(batch, model.newVector(), NO_DROPOUT, new double[] {0.5});
      EvaluationSums.Sum sums = model.evaluate(batch).terms().get("mlm");

      double want = number(golden, name + ".loss");
      assertEquals(0.5 * want, losses[0], 1e-10 * want, "total");
      assertEquals(want, losses[1], 1e-10 * want, "mean");
      assertEquals(number(golden, name + ".sum"), sums.loss(), 1e-10 * sums.loss());
      assertEquals(number(golden, name + ".labels"), sums.count());
      assertEquals(number(golden, name + ".correct"), sums.correct().orElseThrow());
      assertEquals(batch.targets(), sums.count());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixed", "short"})
  void gradientsEqualThePeers(String name) throws IOException {
    Map<String, TensorData> golden = golden();
    try (MlmModel model = model(DataType.FLOAT64)) {
      FlatVector gradients = model.newVector();

      model.gradients(batch(name), gradients, NO_DROPOUT, ONE);

      ByteBuffer got = gradients.fetch().whole();
      for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
        TensorData recorded = golden.get(name + ".grad." + parameter.name());
        double[] want = recorded.toDoubles();
        for (int i = 0; i < want.length; i++) {
          double value = GoldenModels.get(got, DataType.FLOAT64, (int) parameter.offset() + i);
          assertEquals(want[i], value, 1e-10 + 1e-9 * Math.abs(want[i]), parameter.name());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT32", "FLOAT64"})
  void tenStepsFollowThePeers(DataType type) throws IOException {
    double[] want = golden().get("trajectory").toDoubles();
    String[] order = {"full", "mixed", "short", "special"};
    double tolerance = type == DataType.FLOAT64 ? 1e-9 : 1e-3;
    try (MlmModel model = model(type)) {
      FlatVector gradients = model.newVector();
      FlatVector first = model.newVector();
      FlatVector second = model.newVector();
      for (int step = 0; step < want.length; step++) {
        MlmBatch batch = batch(order[step % order.length]);
        double[] losses = model.gradients(batch, gradients, NO_DROPOUT, ONE);
        AdamWStep adamw = new AdamWStep(step + 1, 1, 1, 1e-3, 0.9, 0.999, 1e-8, 0.01);
        double norm = model.norms(gradients, model.layout().size())[0];
        model.update(adamw, norm, gradients, first, second);

        assertEquals(want[step], losses[0], tolerance * want[step], "step " + (step + 1));
      }
    }
  }

  @Test
  void aBatchWithoutLabelsHasNoLossAndNoGradient() {
    try (MlmModel model = model(DataType.FLOAT32)) {
      MlmBatch labelled = batch("short");
      long[] none = new long[labelled.labels().length];
      Arrays.fill(none, -100);
      FlatVector gradients = model.newVector();

      double[] losses =
          model.gradients(new MlmBatch(labelled.inputs(), none), gradients, NO_DROPOUT, ONE);

      assertEquals(0, losses[0]);
      for (long i = 0; i < model.layout().size(); i++) {
        assertEquals(0, gradients.fetch().whole().getFloat((int) (4 * i)), "gradient at " + i);
      }
    }
  }
}
