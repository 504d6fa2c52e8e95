package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.libtorch.FlatVector;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gradients under dropout against differences of the loss at the same seed, so that forward and
 * backward pass have to leave out the same values. Float64; each parameter along one random
 * direction.
 */
class DropoutGradientTest {
  private static final int VOCABULARY_SIZE = 40;
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-8;
  private static final LossScale SCALE = new LossScale(0.7, 1.3, 0.9);

  /** Rates differ, so that one taken for the other shows. */
  private static BertShape shape(int positions) {
    return new BertShape(VOCABULARY_SIZE, 8, 2, 2, 12, positions, 2, 1e-12, 0.2, 0.35, 0.02, 0);
  }

  private static RetroMaeModel model(String variant, int positions) {
    return model(variant, positions, Compute.CPU);
  }

  private static RetroMaeModel model(String variant, int positions, Compute compute) {
    RetroMaeModel model =
        RetroMaeModel.create(
            shape(positions), GoldenModels.objective(variant), DataType.FLOAT64, compute);
    Random random = new Random(1);
    ByteBuffer memory = model.parameters().fetch().whole();
    for (int i = 0; i < model.layout().size(); i++) {
      memory.putDouble(8 * i, 0.4 * random.nextGaussian());
    }
    return model;
  }

  /** Rows of random words; any position may be labelled, and sees some others. */
  private static BatchArrays batch(int... lengths) {
    Random random = new Random(2);
    int length = Arrays.stream(lengths).max().orElseThrow();
    int cells = lengths.length * length;
    int bytes = (length + 7) / 8;
    long[] ids = new long[cells];
    long[][] labels = {new long[cells], new long[cells]};
    byte[] visible = new byte[cells * bytes];
    long[] bow = new long[2 * lengths.length];
    for (int cell = 0; cell < cells; cell++) {
      boolean token = cell % length < lengths[cell / length];
      ids[cell] = token ? 5 + random.nextInt(VOCABULARY_SIZE - 5) : 0;
      for (long[] of : labels) {
        of[cell] = token && random.nextInt(3) > 0 ? 5 + random.nextInt(10) : -100;
      }
      for (int key = 0; key < length; key++) {
        boolean seen = key != cell % length && (key < 2 || random.nextBoolean());
        visible[cell * bytes + key / 8] |= (byte) (seen ? 1 << (key % 8) : 0);
      }
    }
    for (int i = 0; i < bow.length; i++) {
      bow[i] = (long) (i / 2) * VOCABULARY_SIZE + 7 + i % 2;
    }
    float[] weights = new float[bow.length];
    Arrays.fill(weights, 0.3f);
    return new BatchArrays(
        lengths.length,
        length,
        ids,
        labels[0],
        ids,
        labels[1],
        Arrays.stream(lengths).asLongStream().toArray(),
        visible,
        bow,
        weights);
  }

  private static void assertGradients(RetroMaeModel model, BatchArrays batch, long seed) {
    Random random = new Random(seed);
    FlatVector gradients = model.newVector();
    FlatVector unused = model.newVector();
    try (BatchTensors tensors = model.tensors(batch)) {
      model.gradients(tensors, gradients, seed, SCALE);
      for (ParameterLayout.Parameter parameter : model.layout().parameters()) {
        double[] along = new double[(int) parameter.size()];
        double slope = 0;
        double[] slopes = GoldenModels.slice(gradients, model, parameter.name());
        for (int i = 0; i < along.length; i++) {
          along[i] = random.nextGaussian() / Math.sqrt(along.length);
          slope += along[i] * slopes[i];
        }

        move(model, parameter, along, STEP);
        double above = model.gradients(tensors, unused, seed, SCALE).total();
        move(model, parameter, along, -2 * STEP);
        double below = model.gradients(tensors, unused, seed, SCALE).total();
        move(model, parameter, along, STEP);

        assertEquals((above - below) / (2 * STEP), slope, TOLERANCE, parameter.name());
      }
    }
  }

  private static void move(
      RetroMaeModel model, ParameterLayout.Parameter parameter, double[] along, double by) {
    ByteBuffer memory = model.parameters().fetch().whole();
    for (int i = 0; i < along.length; i++) {
      int at = 8 * ((int) parameter.offset() + i);
      memory.putDouble(at, memory.getDouble(at) + by * along[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"retromae_raw", "retromae_emb", "dupmae"})
  void gradientsAreTheSlopesOfTheLossUnderTheSameDropout(String variant) {
    for (long seed = 1; seed <= 2; seed++) {
      try (RetroMaeModel model = model(variant, 16)) {
        assertGradients(model, batch(11, 4, 16), seed);
      }
    }
  }

  /** So long that attention takes one head at a time, and the scores of words one part. */
  @Test
  void gradientsOfLongRowsAreTheSlopesToo() {
    try (RetroMaeModel model = model("dupmae", 530)) {
      assertGradients(model, batch(3, 530), 9);
    }
  }

  /**
   * Its kernels draw from a generator of their own, which is seeded again for the backward pass.
   */
  @Test
  void gradientsOfFusedAttentionAreTheSlopesToo() {
    Compute fused = new Compute(Device.cpu(), false, false, true);
    try (RetroMaeModel model = model("dupmae", 16, fused)) {
      assertGradients(model, batch(11, 4, 16), 5);
    }
  }

  private static int bitsOf(Compute compute) {
    try (RetroMaeModel model = model("dupmae", 16, compute);
        BatchTensors tensors = model.tensors(batch(11, 4, 16))) {
      FlatVector gradients = model.newVector();
      Losses losses = model.gradients(tensors, gradients, 3, SCALE);
      return Objects.hash(losses, gradients.fetch().whole());
    }
  }

  /** The recorded models have no dropout, so that the golden tests cannot tell. */
  @Test
  void layersComputedAgainDropTheSameValues() {
    assertEquals(bitsOf(Compute.CPU), bitsOf(Compute.on(Device.cpu(), false, true)));
  }
}
