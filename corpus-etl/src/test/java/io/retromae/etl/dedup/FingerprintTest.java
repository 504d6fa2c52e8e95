package io.retromae.etl.dedup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  @Test
  void caseBlanksAndSignsDoNotMatter() {
    assertEquals(Fingerprint.of("One, two; Ärger 3.14"), Fingerprint.of("ONE two\nÄRGER 314!"));
    assertEquals(Fingerprint.of("第一章 总则"), Fingerprint.of("第一章《总则》。"));
    assertEquals(Fingerprint.of("𠮷野家"), Fingerprint.of("𠮷-野-家"));
  }

  @Test
  void lettersAndDigitsMatter() {
    assertNotEquals(Fingerprint.of("chapter 1"), Fingerprint.of("chapter 2"));
    assertNotEquals(Fingerprint.of("ab"), Fingerprint.of("ba"));
    assertNotEquals(Fingerprint.of("\u0130a"), Fingerprint.of("a"));
  }

  @Test
  void textsOfSignsOnlyAreComparedAsTheyAre() {
    assertEquals(Fingerprint.of("... !"), Fingerprint.of("... !"));
    assertNotEquals(Fingerprint.of("... !"), Fingerprint.of("...!"));
    assertNotEquals(Fingerprint.of("*"), Fingerprint.of("**"));
  }

  @Test
  void halvesOfManyFingerprintsAllDiffer() {
    Set<Long> halves = new HashSet<>();
    for (int i = 0; i < 50_000; i++) {
      Fingerprint fingerprint = Fingerprint.of("a".repeat(i % 7) + i);
      halves.add(fingerprint.high());
      halves.add(fingerprint.low());
    }

    assertEquals(100_000, halves.size());
  }

  @Test
  void hexHas32Digits() {
    assertEquals("000000000000000f0000000000000001", new Fingerprint(15, 1).hex());
  }
}
