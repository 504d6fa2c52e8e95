package io.retromae.pretrain.masking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.hash.CounterRandom;
import io.retromae.core.vocab.Vocabulary;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeWordMaskTest {
  private static final int SEP = 3;
  private static final int WORD = 10;
  private static final int PIECE = 11;

  private static TokenKinds kinds() {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    for (int i = tokens.size(); i < 20; i++) {
      tokens.add((i == PIECE ? "##" : "") + "t" + i);
    }
    return TokenKinds.of(Vocabulary.of(tokens));
  }

  /** Words of up to 300 pieces, some interrupted by a literal [SEP], which is in no word. */
  private static int[] row(Random random) {
    int[] row = new int[512];
    int longest = 1 + random.nextInt(300);
    int left = 0;
    for (int i = 1; i < row.length - 1; i++) {
      row[i] = left > 0 ? PIECE : WORD;
      left = left > 0 ? left - 1 : random.nextInt(longest);
      if (random.nextInt(40) == 0) {
        row[i] = SEP;
      }
    }
    row[0] = 2;
    row[row.length - 1] = SEP;
    return row;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void wordsAreHiddenWholeUntilNoOtherFits(int seed) {
    Random random = new Random(seed);
    WholeWordMask mask = new WholeWordMask();
    for (int draw = 0; draw < 50; draw++) {
      mask.begin(row(random), kinds(), new CounterRandom(seed, 1, 0, draw));
      int budget = 1 + random.nextInt(300);
      for (int again = 0; again < 3; again++) {
        check(mask.words(), BitSet.valueOf(mask.hide(budget)), budget);
      }
    }
  }

  private static void check(WordGroups words, BitSet hidden, int budget) {
    int inWords = 0;
    int smallestLeft = Integer.MAX_VALUE;
    for (int word = 0; word < words.count(); word++) {
      boolean whole = hidden.get(words.position(word, 0));
      for (int i = 0; i < words.size(word); i++) {
        assertEquals(whole, hidden.get(words.position(word, i)), "word " + word + " token " + i);
      }
      inWords += whole ? words.size(word) : 0;
      smallestLeft = whole ? smallestLeft : Math.min(smallestLeft, words.size(word));
    }
    assertEquals(inWords, hidden.cardinality(), "nothing but words is hidden");
    assertTrue(inWords <= budget, inWords + " of " + budget);
    assertTrue(inWords + (long) smallestLeft > budget, "a word of " + smallestLeft + " would fit");
  }
}
