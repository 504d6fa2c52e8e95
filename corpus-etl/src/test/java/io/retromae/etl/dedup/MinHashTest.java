package io.retromae.etl.dedup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.etl.text.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MinHashTest {
  private static final int SHINGLE = 5;
  private static final int ROWS = 8;

  @ParameterizedTest(name = "{0} edits")
  @ValueSource(ints = {2, 4, 8, 15})
  void bandsAgreeAsOftenAsTheEighthPowerOfSimilarity(int edits) {
    MinHash functions = new MinHash(100, ROWS, 1);
    RandomTexts texts = new RandomTexts(edits);
    double expected = 0;
    double agreed = 0;
    int pairs = 100;

    for (int pair = 0; pair < pairs; pair++) {
      Words a = Words.of(texts.words(400));
      Words b = Words.of(texts.edited(a.text(), edits));
      expected += Math.pow(set(a).jaccard(set(b)), ROWS);
      agreed += agreement(functions.signature(a, SHINGLE), functions.signature(b, SHINGLE));
    }

    // Bands of a pair are independent: the variance of their mean is p (1 - p) / 100.
    double p = expected / pairs;
    double deviation = Math.sqrt(p * (1 - p) / (100.0 * pairs));
    assertEquals(p, agreed / pairs, 5 * deviation);
  }

  private static ShingleSet set(Words words) {
    return ShingleSet.of(words, SHINGLE, 10_000);
  }

  private static double agreement(long[] a, long[] b) {
    int equal = 0;
    for (int band = 0; band < a.length; band++) {
      equal += a[band] == b[band] ? 1 : 0;
    }
    return (double) equal / a.length;
  }

  @Test
  void differentBandsNeverAgree() {
    long[] signature = new MinHash(14, ROWS, 1).signature(Words.of("one two three four five"), 5);

    assertEquals(14, java.util.Arrays.stream(signature).distinct().count());
  }

  @Test
  void textsShorterThanAShingleHaveNoSignature() {
    MinHash functions = new MinHash(14, ROWS, 1);

    assertEquals(0, functions.signature(Words.of("one two, three -- four!"), 5).length);
    assertEquals(0, functions.signature(Words.of("第一章。"), 5).length);
    assertEquals(14, functions.signature(Words.of("第一章总则"), 5).length);
  }

  @Test
  void caseDigitsAndSignsDoNotMatter() {
    MinHash functions = new MinHash(14, ROWS, 1);

    long[] plain = functions.signature(Words.of("it began in 1917 and went on"), 5);
    long[] other = functions.signature(Words.of("It began -- in 2024, and WENT on!"), 5);

    assertArrayEquals(plain, other);
  }

  @Test
  void anotherSeedMakesOtherSignatures() {
    Words words = Words.of("it began in 1917 and went on");

    long[] one = new MinHash(14, ROWS, 1).signature(words, 5);
    long[] two = new MinHash(14, ROWS, 2).signature(words, 5);

    assertTrue(agreement(one, two) == 0);
  }
}
