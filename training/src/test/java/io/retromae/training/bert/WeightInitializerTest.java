package io.retromae.training.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.retromae.training.memory.HostVector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightInitializerTest {
  private static final double RANGE = 0.02;
  private static final int PAD = 3;
  private static final BertShape SHAPE =
      new BertShape(120, 48, 3, 4, 96, 40, 2, 1e-12, 0.1, 0.1, RANGE, PAD);
  private static final ParameterLayout LAYOUT = ParameterLayout.withDecoder(SHAPE, "c_head");

  private static ByteBuffer weights(long seed) {
    HostVector memory = HostVector.allocate(LAYOUT.size());
    for (ParameterLayout.Parameter parameter : LAYOUT.parameters()) {
      WeightInitializer.fill(memory, parameter, SHAPE, seed);
    }
    return memory.whole();
  }

  private static double[] values(ByteBuffer memory, ParameterLayout.Parameter parameter) {
    double[] values = new double[(int) parameter.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = memory.getFloat((int) (4 * (parameter.offset() + i)));
    }
    return values;
  }

  /** The values without the row of [PAD]. */
  private static double[] drawn(ByteBuffer memory, ParameterLayout.Parameter parameter) {
    double[] values = values(memory, parameter);
    if (!parameter.name().endsWith("word_embeddings.weight")) {
      return values;
    }
    int width = SHAPE.hiddenSize();
    double[] drawn = new double[values.length - width];
    System.arraycopy(values, 0, drawn, 0, PAD * width);
    System.arraycopy(
        values, (PAD + 1) * width, drawn, PAD * width, values.length - (PAD + 1) * width);
    return drawn;
  }

  private static double correlation(double[] a, double[] b) {
    int n = Math.min(a.length, b.length);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a[i] * b[i];
    }
    return sum / (n * RANGE * RANGE);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {0, 1, 42})
  void everyMatrixIsNormalWithTheRangeOfBert(long seed) {
    ByteBuffer memory = weights(seed);

    for (ParameterLayout.Parameter parameter : LAYOUT.parameters()) {
      if (parameter.decays()) {
        double[] values = drawn(memory, parameter);
        double n = values.length;
        double mean = 0;
        double square = 0;
        double fourth = 0;
        for (double value : values) {
          double z = value / RANGE;
          mean += z / n;
          square += z * z / n;
          fourth += z * z * z * z / n;
        }
        // five standard errors of each moment of a standard normal: 1, 2 and 96
        assertEquals(0, mean, 5 / Math.sqrt(n), parameter.name());
        assertEquals(1, square, 5 * Math.sqrt(2 / n), parameter.name());
        assertEquals(3, fourth, 5 * Math.sqrt(96 / n), parameter.name());
      }
    }
  }

  @Test
  void biasesAreZeroLayerNormsOneAndThePaddingRowIsZero() {
    ByteBuffer memory = weights(7);

    for (ParameterLayout.Parameter parameter : LAYOUT.parameters()) {
      double[] values = values(memory, parameter);
      if (!parameter.decays()) {
        for (double value : values) {
          assertEquals(parameter.isLayerNormWeight() ? 1 : 0, value, parameter.name());
        }
      } else if (parameter.name().endsWith("word_embeddings.weight")) {
        for (int i = 0; i < SHAPE.hiddenSize(); i++) {
          assertEquals(0, values[PAD * SHAPE.hiddenSize() + i]);
        }
      }
    }
  }

  @Test
  void streamsOfParametersSeedsAndNeighboursAreNotCorrelated() {
    List<double[]> streams = new ArrayList<>();
    for (long seed : new long[] {0, 1}) {
      ByteBuffer memory = weights(seed);
      for (ParameterLayout.Parameter parameter : LAYOUT.parameters()) {
        if (parameter.decays() && parameter.size() >= 2000) {
          streams.add(drawn(memory, parameter));
        }
      }
    }

    for (int i = 0; i < streams.size(); i++) {
      double[] a = streams.get(i);
      double[] shifted = java.util.Arrays.copyOfRange(a, 1, a.length);
      assertEquals(0, correlation(a, shifted), 5 / Math.sqrt(shifted.length));
      for (int j = 0; j < i; j++) {
        double[] b = streams.get(j);
        assertEquals(0, correlation(a, b), 5 / Math.sqrt(Math.min(a.length, b.length)));
      }
    }
  }

  @Test
  void equalSeedsGiveEqualBitsAndOthersDoNot() {
    assertEquals(weights(5), weights(5));
    assertNotEquals(weights(5), weights(6));
  }
}
