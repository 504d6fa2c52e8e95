package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
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
    return step(variant, GoldenBatches.batch(batch), type, compute, dropoutSeed);
  }

  private static Step step(
      String variant, BatchArrays batch, DataType type, Compute compute, long dropoutSeed) {
    try (RetroMaeModel model = GoldenModels.load(variant, type, compute);
        BatchTensors tensors = model.tensors(batch)) {
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

  /** bfloat16 has 8 bits of mantissa: a rounding changes a value by that part of it at most. */
  private static final double UNIT_ROUNDOFF = 1.0 / 256;

  /**
   * Deviation of a loss and of the gradients in units of {@link #lossUnit} and of roundoffs. Five
   * times, and two and a half times, what PyTorch's autocast showed on average in 1,500 batches
   * drawn at random, whatever their number of labels: docs/training.md, "Precision".
   */
  private static final double MOST_OF_LOSS = 4;

  private static final double MOST_OF_GRADIENTS = 8;

  /**
   * What roundings make of a mean over labels. That of one label moves by a roundoff or so, of
   * either sign; a mean over n of them by 1 / sqrt(n) of that. The total is the sum of two means.
   */
  private static double lossUnit(BatchArrays batch) {
    double variance = 0;
    int streams = 0;
    for (long labels : new long[] {batch.encoderTargets(), batch.decoderTargets()}) {
      variance += labels == 0 ? 0 : 1.0 / labels;
      streams += labels == 0 ? 0 : 1;
    }
    return UNIT_ROUNDOFF * Math.sqrt(variance) / streams;
  }

  private static void assertCloseInBFloat16(
      String variant, BatchArrays batch, boolean fusedAttention, String what) {
    Compute low = new Compute(Device.cpu(), true, false, fusedAttention);
    Step want = step(variant, batch, DataType.FLOAT32, Compute.CPU, RetroMaeModel.NO_DROPOUT);
    Step got = step(variant, batch, DataType.FLOAT32, low, RetroMaeModel.NO_DROPOUT);

    assertTrue(distance(want, got) > 0, what + ": computed in float32");
    double total = want.losses().total();
    double deviation = Math.abs(got.losses().total() - total) / total / lossUnit(batch);
    assertTrue(deviation < MOST_OF_LOSS, what + ": loss is off by " + deviation + " units");
    double gradients = distance(want, got) / UNIT_ROUNDOFF;
    assertTrue(
        gradients < MOST_OF_GRADIENTS, what + ": gradients are off by " + gradients + " roundoffs");
  }

  private static double distance(Step want, Step got) {
    return relativeDistance(got.gradients(), want.gradients());
  }

  @ParameterizedTest
  @CsvSource({
    "retromae_raw, false", "retromae_emb, false", "dupmae, false",
    "retromae_raw, true", "retromae_emb, true", "dupmae, true"
  })
  void bfloat16StaysAsCloseToFloat32AsRoundingsAllow(String variant, boolean fusedAttention) {
    for (String batch : BATCHES) {
      assertCloseInBFloat16(variant, GoldenBatches.batch(batch), fusedAttention, batch);
    }
  }

  /** As many labels as there happen to be: from a handful to hundreds. */
  @ParameterizedTest
  @CsvSource({
    "1, retromae_raw", "2, retromae_emb", "3, dupmae", "4, retromae_raw", "5, retromae_emb",
    "6, dupmae", "7, retromae_raw", "8, retromae_emb", "9, dupmae", "10, retromae_emb"
  })
  void bfloat16StaysCloseOnAnyNumberOfLabels(long seed, String variant) {
    BatchArrays batch = drawn(new Random(seed));
    String labels = batch.encoderTargets() + " and " + batch.decoderTargets() + " labels";
    assertCloseInBFloat16(variant, batch, false, labels);
  }

  /** Rows of words at random, labels and visible keys in the proportions of training. */
  private static BatchArrays drawn(Random random) {
    int vocabulary = GoldenBatches.FOLDER.json("tiny/config.json").get("vocab_size").asInt();
    int rows = 1 + random.nextInt(8);
    int length = 6 + (1 << random.nextInt(6));
    int cells = rows * length;
    int bytes = (length + 7) / 8;
    long[] ids = new long[cells];
    long[] labels = new long[cells];
    long[] encoderIds = new long[cells];
    long[] encoderLabels = new long[cells];
    Arrays.fill(labels, -100);
    Arrays.fill(encoderLabels, -100);
    byte[] visible = new byte[cells * bytes];
    long[] lengths = new long[rows];
    float[] bag = new float[rows * vocabulary];
    for (int row = 0; row < rows; row++) {
      int n = 6 + random.nextInt(length - 5);
      lengths[row] = n;
      for (int i = 0; i < n; i++) {
        int cell = row * length + i;
        boolean special = i == 0 || i == n - 1;
        ids[cell] = i == 0 ? 2 : special ? 3 : 5 + random.nextInt(vocabulary - 5);
        boolean masked = !special && (i == 1 && row == 0 || random.nextDouble() < 0.3);
        encoderIds[cell] = masked ? 4 : ids[cell];
        encoderLabels[cell] = masked ? ids[cell] : -100;
        labels[cell] = special ? -100 : ids[cell];
        if (!special) {
          bag[row * vocabulary + (int) ids[cell]] = 1f / (n - 2);
        }
        for (int key = 0; key < n; key++) {
          if (key == 0 || key != i && random.nextBoolean()) {
            visible[cell * bytes + key / 8] |= (byte) (1 << (key % 8));
          }
        }
      }
    }
    long[] words = IntStream.range(0, bag.length).filter(w -> bag[w] > 0).asLongStream().toArray();
    float[] weights = new float[words.length];
    for (int i = 0; i < words.length; i++) {
      weights[i] = bag[(int) words[i]];
    }
    return new BatchArrays(
        rows, length, encoderIds, encoderLabels, ids, labels, lengths, visible, words, weights);
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
