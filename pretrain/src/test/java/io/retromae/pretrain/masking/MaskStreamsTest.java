package io.retromae.pretrain.masking;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.retromae.core.vocab.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What masks depend on, and what they do not. */
class MaskStreamsTest {
  private static final int VOCABULARY_SIZE = 20;
  private static final int WORD = 10;
  private static final int LENGTH = 64;
  private static final TokenKinds KINDS = kinds();

  private static TokenKinds kinds() {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    for (int i = tokens.size(); i < VOCABULARY_SIZE; i++) {
      tokens.add("t" + i);
    }
    return TokenKinds.of(Vocabulary.of(tokens));
  }

  private static int[] row() {
    int[] row = new int[LENGTH];
    Arrays.fill(row, WORD);
    row[0] = 2;
    row[LENGTH - 1] = 3;
    return row;
  }

  private static MaskingContext context(long seed, long epoch, long sample, int repeat) {
    return new MaskingContext(KINDS, seed, epoch, sample, repeat);
  }

  private record Encoded(long[] inputs, long[] labels) {}

  private static Encoded encode(MaskingContext context) {
    Encoded encoded = new Encoded(new long[LENGTH], new long[LENGTH]);
    new EncoderMasking(0.5)
        .mask(row(), context, new EncoderMasking.Target(encoded.inputs(), encoded.labels(), 0));
    return encoded;
  }

  private static byte[] decode(MaskingContext context, int pool) {
    byte[] bits = new byte[LENGTH * LENGTH / 8];
    new DecoderVisibility(new DecoderVisibility.Rule(0.5, pool))
        .draw(row(), context, new DecoderVisibility.Target(bits, 0, LENGTH / 8));
    return bits;
  }

  @Test
  void masksDependOnSeedEpochSampleAndRepeat() {
    MaskingContext one = context(1, 2, 3, 0);

    assertArrayEquals(encode(one).labels(), encode(context(1, 2, 3, 0)).labels());
    assertArrayEquals(decode(one, 256), decode(context(1, 2, 3, 0), 256));
    for (MaskingContext other :
        List.of(
            context(2, 2, 3, 0), context(1, 3, 3, 0), context(1, 2, 4, 0), context(1, 2, 3, 1))) {
      assertFalse(Arrays.equals(encode(one).labels(), encode(other).labels()), other.toString());
      assertFalse(Arrays.equals(decode(one, 256), decode(other, 256)), other.toString());
    }
  }

  /** With a pool of one mask, query 0 shows it. */
  @Test
  void encoderAndDecoderHideIndependently() {
    int both = 0;
    int samples = 400;
    for (int sample = 0; sample < samples; sample++) {
      long[] labels = encode(context(1, 0, sample, 0)).labels();
      byte[] bits = decode(context(1, 0, sample, 0), 1);
      for (int i = 1; i < LENGTH - 1; i++) {
        boolean hidden = (bits[i / 8] >> i % 8 & 1) == 0;
        both += hidden && labels[i] == WORD ? 1 : 0;
      }
    }
    double want = samples * 32.0 * 32 / 62;
    assertEquals(want, both, 5 * Math.sqrt(want), "of 32 tokens hidden on either side");
  }

  @Test
  void rowsTakeMasksOfThePoolAtRandom() {
    byte[] bits = decode(context(1, 0, 0, 0), 4);
    int equalToTheFourthAfter = 0;
    for (int query = 1; query < LENGTH - 4; query++) {
      int equal = 0;
      for (int key = 1; key < LENGTH - 1; key++) {
        int here = bits[query * LENGTH / 8 + key / 8] >> key % 8 & 1;
        int there = bits[(query + 4) * LENGTH / 8 + key / 8] >> key % 8 & 1;
        equal += here == there ? 1 : 0;
      }
      equalToTheFourthAfter += equal > LENGTH - 8 ? 1 : 0;
    }
    assertEquals(0.25 * (LENGTH - 5), equalToTheFourthAfter, 17, "in turn, it would be all");
  }

  @Test
  void replacementsComeFromTheWholeVocabulary() {
    int[] counts = new int[VOCABULARY_SIZE];
    int samples = 2_000;
    for (int sample = 0; sample < samples; sample++) {
      Encoded encoded = encode(context(1, 0, sample, 0));
      for (int i = 0; i < LENGTH; i++) {
        counts[(int) encoded.inputs()[i]] += encoded.labels()[i] == WORD ? 1 : 0;
      }
    }
    double hidden = samples * 32.0;
    for (int id = 0; id < VOCABULARY_SIZE; id++) {
      double kept = id == 4 ? 0.8 : id == WORD ? 0.1 : 0;
      double share = kept + 0.1 / VOCABULARY_SIZE;
      double error = 5 * Math.sqrt(hidden * share * (1 - share));
      assertEquals(share * hidden, counts[id], error, "id " + id);
    }
  }

  @Test
  void noMoreThan512TokensAreHidden() {
    assertEquals(512, WholeWordMask.budget(2_000, 0.5));
    assertEquals(512, WholeWordMask.budget(1_025, 0.5));
    assertEquals(511, WholeWordMask.budget(1_022, 0.5));
  }
}
