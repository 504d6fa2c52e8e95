package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.DataType;
import io.retromae.training.bert.BertShape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The random numbers of dropout: shares and correlations as those of independent draws. */
class DropoutMaskTest {
  private static final int COLUMNS = 512;
  private static final int COUNT = 512 * COLUMNS;

  /** Of some thousand normal numbers none is as large but by a chance of 1 in 1000. */
  private static final double SIGMAS = 5.3;

  private static RetroMaeModel model;

  @BeforeAll
  static void open() {
    BertShape shape = new BertShape(10, 4, 2, 1, 8, 8, 2, 1e-12, 0.1, 0.1, 0.02, 0);
    RetroMaeVariant objective = new RetroMaeVariant(RetroMaeVariant.DecoderQuery.RAW, 0);
    model = RetroMaeModel.create(shape, objective, DataType.FLOAT32);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static float[] kept(long seed, long site, double rate) {
    return model.kept(seed, new long[] {site, 0, COUNT / COLUMNS, COLUMNS}, rate);
  }

  /** Correlation of two parts of masks in units of its standard deviation without correlation. */
  private static double correlation(float[] a, int aFrom, float[] b, int bFrom, double rate) {
    int n = Math.min(a.length - aFrom, b.length - bFrom);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (a[aFrom + i] - (1 - rate)) * (b[bFrom + i] - (1 - rate));
    }
    return sum / (rate * (1 - rate) * Math.sqrt(n));
  }

  private static double excess(float[] mask, double rate) {
    double sum = 0;
    for (float value : mask) {
      sum += value - (1 - rate);
    }
    return sum / Math.sqrt(mask.length * rate * (1 - rate));
  }

  @ParameterizedTest(name = "rate {0}")
  @ValueSource(doubles = {0.02, 0.1, 0.5, 0.9})
  void everyPartKeepsItsShare(double rate) {
    for (long seed = 1; seed <= 5; seed++) {
      float[] mask = kept(seed, 4, rate);

      for (int part = 0; part < 8; part++) {
        int from = part * COUNT / 8;
        float[] values = Arrays.copyOfRange(mask, from, from + COUNT / 8);
        assertEquals(0, excess(values, rate), SIGMAS, "seed " + seed + " part " + part);
      }
    }
  }

  @ParameterizedTest(name = "rate {0}")
  @ValueSource(doubles = {0.1, 0.5})
  void valuesNearAndFarAreNotCorrelated(double rate) {
    int[] lags =
        IntStream.concat(
                IntStream.rangeClosed(1, 64),
                IntStream.of(96, 128, 256, 512, 768, 1024, 3072, 4096, 8192, 16384, 65536))
            .toArray();
    for (long seed = 1; seed <= 3; seed++) {
      float[] mask = kept(seed, 0, rate);

      for (int lag : lags) {
        double found = correlation(mask, 0, mask, lag, rate);
        assertEquals(0, found, SIGMAS, "seed " + seed + " lag " + lag);
      }
    }
  }

  /** One word decides for two values, half a row from one another. */
  @ParameterizedTest(name = "rate {0}")
  @ValueSource(doubles = {0.02, 0.1, 0.5, 0.9})
  void theHalvesOfARowAreNotCorrelated(double rate) {
    for (long seed = 1; seed <= 10; seed++) {
      float[] mask = kept(seed, 7, rate);
      float[][] halves = new float[2][COUNT / 2];
      for (int i = 0; i < COUNT; i++) {
        int half = i % COLUMNS / (COLUMNS / 2);
        halves[half][i / COLUMNS * (COLUMNS / 2) + i % (COLUMNS / 2)] = mask[i];
      }

      assertEquals(0, correlation(halves[0], 0, halves[1], 0, rate), SIGMAS, "seed " + seed);
    }
  }

  /** Words are made of a row's and a column's number: four of them might have known each other. */
  @ParameterizedTest(name = "corners {0} apart")
  @ValueSource(ints = {1, 2, 8, 64})
  void cornersOfRectanglesAreNotCorrelated(int distance) {
    double rate = 0.5;
    for (long seed = 1; seed <= 5; seed++) {
      float[] mask = kept(seed, 6, rate);
      double sum = 0;
      int n = 0;
      for (int i = 0; i < COUNT - distance * COLUMNS; i++) {
        if (i % COLUMNS < COLUMNS - distance) {
          int below = i + distance * COLUMNS;
          sum +=
              (mask[i] - rate)
                  * (mask[i + distance] - rate)
                  * (mask[below] - rate)
                  * (mask[below + distance] - rate);
          n++;
        }
      }
      assertEquals(0, sum / (Math.pow(rate, 4) * Math.sqrt(n)), SIGMAS, "seed " + seed);
    }
  }

  @Test
  void placesAreNotCorrelated() {
    for (int one = 0; one < 12; one++) {
      for (int two = 0; two < one; two++) {
        double found = correlation(kept(1, one, 0.1), 0, kept(1, two, 0.1), 0, 0.1);
        assertEquals(0, found, SIGMAS, "places " + one + ", " + two);
      }
    }
  }

  @Test
  void neighbouringSeedsAreNotCorrelated() {
    for (long seed = 0; seed < 40; seed++) {
      double found = correlation(kept(seed, 3, 0.1), 0, kept(seed + 1, 3, 0.1), 0, 0.1);
      assertEquals(0, found, SIGMAS, "seeds " + seed + ", " + (seed + 1));
    }
  }

  /** Sums of independent values have the variance of a binomial distribution. */
  @ParameterizedTest(name = "blocks of {0}")
  @ValueSource(ints = {8, 64, 512})
  void sumsOfNeighboursSpreadAsTheyShould(int size) {
    double rate = 0.1;
    float[] mask = kept(11, 2, rate);
    int blocks = COUNT / size;
    double squares = 0;
    for (int block = 0; block < blocks; block++) {
      float[] values = Arrays.copyOfRange(mask, block * size, (block + 1) * size);
      squares += Math.pow(excess(values, rate), 2);
    }

    assertEquals(1, squares / blocks, SIGMAS * Math.sqrt(2.2 / blocks));
  }

  @Test
  void rowsDrawnAloneAreThoseOfTheWhole() {
    float[] whole = model.kept(5, new long[] {1, 0, 100, 31}, 0.3);
    float[] part = model.kept(5, new long[] {1, 40, 20, 31}, 0.3);

    assertArrayEquals(Arrays.copyOfRange(whole, 40 * 31, 60 * 31), part);
  }
}
