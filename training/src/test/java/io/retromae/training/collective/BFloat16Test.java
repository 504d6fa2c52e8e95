package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.memory.HostVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BFloat16Test {
  private static final int[] REST = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff};

  private static float rounded(float value) {
    return Float.intBitsToFloat(BFloat16.round(Float.floatToRawIntBits(value)) << 16);
  }

  @Test
  void finiteValuesGoToTheNearestAndTiesToEven() {
    for (int upper = 0; upper < 1 << 16; upper++) {
      for (int rest : REST) {
        int bits = upper << 16 | rest;
        if ((bits & 0x7f800000) == 0x7f800000) {
          continue; // not finite
        }
        boolean up = rest > 0x8000 || rest == 0x8000 && (upper & 1) == 1;

        assertEquals(upper + (up ? 1 : 0) & 0xffff, BFloat16.round(bits));
      }
    }
  }

  @Test
  void everyNanStaysOne() {
    for (int upper = 0; upper < 1 << 16; upper++) {
      for (int rest : REST) {
        float value = Float.intBitsToFloat(upper << 16 | rest);

        assertEquals(Float.isNaN(value), Float.isNaN(rounded(value)));
      }
    }
  }

  @Test
  void infinitiesStayAndWhatIsTooLargeBecomesOne() {
    assertEquals(Float.POSITIVE_INFINITY, rounded(Float.POSITIVE_INFINITY));
    assertEquals(Float.NEGATIVE_INFINITY, rounded(Float.NEGATIVE_INFINITY));
    assertEquals(Float.POSITIVE_INFINITY, rounded(Float.MAX_VALUE));
    assertEquals(Float.NEGATIVE_INFINITY, rounded(-Float.MAX_VALUE));
  }

  @ParameterizedTest(name = "{0} values")
  @ValueSource(ints = {0, 1, 2, 3, 4_095, 4_096, 4_097, 8_193, 10_000})
  void theWireCarriesRoundedValuesInHalfTheBytes(int size) {
    SplittableRandom random = new SplittableRandom(size);
    float[] values = new float[size];
    float[] expected = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
      expected[i] = rounded(values[i]);
    }
    ByteBuffer wire = ByteBuffer.allocateDirect(2 * size + 8).order(ByteOrder.nativeOrder());
    HostVector got = HostVector.allocate(size);
    BFloat16 codec = new BFloat16();

    codec.encode(HostVector.copyOf(values).whole(), wire);
    codec.decode(wire, got.whole());

    assertEquals(BFloat16.wireBytes(size), wire.remaining());
    assertTrue(wire.remaining() <= 2 * size + 2);
    assertArrayEquals(expected, RankThreads.floats(got));
  }
}
