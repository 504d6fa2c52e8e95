package io.retromae.etl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class EntropyTest {
  @Test
  void emptyStreamHasNone() {
    assertEquals(0, new Entropy().bits());
  }

  @Test
  void eightEquallyFrequentHashesHaveThreeBits() {
    Entropy entropy = new Entropy();

    for (long i = 0; i < 8_000; i++) {
      entropy.add(i % 8 * 0x9E3779B97F4A7C15L);
    }

    assertEquals(3, entropy.bits(), 1e-9);
  }

  @Test
  void countsBeyondTheTableOfLogarithmsAreExactToo() {
    Entropy entropy = new Entropy();

    for (int i = 0; i < 30_000; i++) {
      entropy.add(i % 3 == 0 ? 1L << 40 : 2L << 40);
    }

    assertEquals(0.9182958340544896, entropy.bits(), 1e-9); // -(1/3 log2 1/3 + 2/3 log2 2/3)
  }
}
