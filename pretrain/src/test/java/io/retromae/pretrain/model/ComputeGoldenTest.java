package io.retromae.pretrain.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The other ways to compute a step, against the one that the golden numbers check. */
class ComputeGoldenTest {
  private static final String[] BATCHES = {"full", "mixed", "short", "special"};

  private record Step(Losses losses, double[] gradients) {}

  private static Step step(
      String variant, String batch, DataType type, Compute compute, long dropoutSeed) {
    try (RetroMaeModel model = GoldenModels.load(variant, type, compute);
        BatchTensors tensors = model.tensors(GoldenBatches.batch(batch))) {
      FlatVector gradients = model.newVector();
      Losses losses = model.gradients(tensors, gradients, dropoutSeed, LossScale.ONE);
      double[] values = new double[(int) model.layout().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            type == DataType.FLOAT64
                ? gradients.fetch().whole().getDouble(8 * i)
                : gradients.fetch().whole().getFloat(4 * i);
      }
      return new Step(losses, values);
    }
  }

  private static double relativeDistance(double[] got, double[] want) {
    double distance = 0;
    double norm = 0;
    for (int i = 0; i < want.length; i++) {
      distance += (got[i] - want[i]) * (got[i] - want[i]);
      norm += want[i] * want[i];
    }
    return Math.sqrt(distance / norm);
  }

  @ParameterizedTest
  @ValueSource(strings = {"retromae_raw", "retromae_emb", "dupmae"})
  void fusedAttentionOverPaddedRowsGivesTheSameNumbers(String variant) {
    Compute fused = new Compute(Device.cpu(), false, false, true);
    for (String batch : BATCHES) {
      Step want = step(variant, batch, DataType.FLOAT64, Compute.CPU, RetroMaeModel.NO_DROPOUT);
      Step got = step(variant, batch, DataType.FLOAT64, fused, RetroMaeModel.NO_DROPOUT);

      assertEquals(want.losses().total(), got.losses().total(), 1e-12, batch);
      assertEquals(0, relativeDistance(got.gradients(), want.gradients()), 1e-12, batch);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"retromae_raw", "retromae_emb", "dupmae"})
  void gradientCheckpointingGivesTheSameBits(String variant) {
    Compute again = Compute.on(Device.cpu(), false, true);
    for (String batch : BATCHES) {
      Step want = step(variant, batch, DataType.FLOAT32, Compute.CPU, RetroMaeModel.NO_DROPOUT);
      Step got = step(variant, batch, DataType.FLOAT32, again, RetroMaeModel.NO_DROPOUT);

      assertEquals(want.losses(), got.losses(), batch);
      assertArrayEquals(want.gradients(), got.gradients(), batch);
    }
  }

  /** bfloat16 keeps 8 bits of mantissa: single products are off by up to 1/256. */
  @ParameterizedTest
  @CsvSource({
    "retromae_raw, false", "retromae_emb, false", "dupmae, false",
    "retromae_raw, true", "retromae_emb, true", "dupmae, true"
  })
  void bfloat16StaysCloseToFloat32(String variant, boolean fusedAttention) {
    Compute low = new Compute(Device.cpu(), true, false, fusedAttention);
    for (String batch : BATCHES) {
      Step want = step(variant, batch, DataType.FLOAT32, Compute.CPU, RetroMaeModel.NO_DROPOUT);
      Step got = step(variant, batch, DataType.FLOAT32, low, RetroMaeModel.NO_DROPOUT);

      double total = want.losses().total();
      assertNotEquals(total, got.losses().total(), batch + ": computed in float32");
      assertEquals(total, got.losses().total(), 2e-3 * total, batch);
      double distance = relativeDistance(got.gradients(), want.gradients());
      assertTrue(distance < 0.02, batch + ": gradients differ by " + distance);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"retromae_emb", "dupmae"})
  void aBatchSentThroughTheScriptIsTheSameBatch(String variant) {
    try (RetroMaeModel model = GoldenModels.load(variant, DataType.FLOAT64);
        BatchTensors direct = model.tensors(GoldenBatches.batch("mixed"));
        BatchTensors sent = model.tensors(GoldenBatches.batch("mixed"))) {
      model.upload(sent);

      FlatVector gradients = model.newVector();
      Losses want = model.gradients(direct, gradients, RetroMaeModel.NO_DROPOUT, LossScale.ONE);
      Losses got = model.gradients(sent, gradients, RetroMaeModel.NO_DROPOUT, LossScale.ONE);
      assertEquals(want, got);
    }
  }

  @Test
  void lengthsStayOnTheHostWhereTheScriptReadsThem() {
    try (RetroMaeModel model = GoldenModels.load("dupmae", DataType.FLOAT32);
        BatchTensors batch = model.tensors(GoldenBatches.batch("mixed"))) {
      NDArray lengths = named(batch, "b.lengths");
      NDArray labels = named(batch, "b.encoder_labels");

      model.upload(batch);

      assertSame(lengths, named(batch, "b.lengths"));
      assertNotSame(labels, named(batch, "b.encoder_labels"));
    }
  }

  private static NDArray named(BatchTensors batch, String name) {
    return batch.arrays().stream().filter(a -> a.getName().equals(name)).findFirst().orElseThrow();
  }
}
