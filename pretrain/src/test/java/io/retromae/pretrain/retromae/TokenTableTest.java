package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.vocab.RowFrame;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.pretrain.batch.SampleRow;
import io.retromae.pretrain.batch.TokenTable;
import io.retromae.pretrain.masking.DecoderVisibility;
import io.retromae.pretrain.masking.TokenKinds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Word tables with more rows than tokens. */
class TokenTableTest {
  private static final int ROWS = 1000;
  private static final Vocabulary VOCABULARY = vocabulary();

  private static Vocabulary vocabulary() {
    List<String> tokens = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    for (int i = 0; i < 15; i++) {
      tokens.add("t" + i);
    }
    return Vocabulary.of(tokens);
  }

  private static BatchArrays batch() {
    TokenTable tokens = new TokenTable(VOCABULARY, ROWS);
    BatchRule rule =
        new BatchRule(
            TokenKinds.of(VOCABULARY),
            RowFrame.of(tokens.vocabulary(), 64),
            tokens.rows(),
            0.9,
            new DecoderVisibility.Rule(0.5, 4),
            true,
            3);
    List<SampleRow> rows = new ArrayList<>();
    for (int sample = 0; sample < 40; sample++) {
      int[] ids = new int[60];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = 5 + (sample + i) % 15;
      }
      rows.add(new SampleRow(sample, 0, ids));
    }
    return new BatchBuilder(rule).build(rows, 0);
  }

  @Test
  void randomReplacementsAreTokensOfTheVocabulary() {
    boolean[] seen = new boolean[VOCABULARY.size()];

    for (long id : batch().encoderInputIds()) {
      assertTrue(id >= 0 && id < VOCABULARY.size(), "id " + id);
      seen[(int) id] = true;
    }

    assertTrue(seen[VOCABULARY.unkId()], "specials are drawn, too");
  }

  @Test
  void bagsOfWordsPointIntoTheWholeTable() {
    long[] index = batch().bowIndex();

    for (int i = 0; i < index.length; i++) {
      assertEquals(i / 15, index[i] / ROWS, "row of entry " + i);
      assertTrue(index[i] % ROWS < VOCABULARY.size());
    }
  }

  @Test
  void aTableSmallerThanTheVocabularyIsRefused() {
    var refusal =
        assertThrows(IllegalArgumentException.class, () -> new TokenTable(VOCABULARY, 19));

    assertTrue(refusal.getMessage().contains("19 rows for 20 tokens"), refusal.getMessage());
  }
}
