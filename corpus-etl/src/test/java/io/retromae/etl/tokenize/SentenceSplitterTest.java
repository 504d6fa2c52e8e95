package io.retromae.etl.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentenceSplitterTest {
  private static final String SIGNS = ".!?。！？…\n \"')）「」(（《》，, \u3000;；";
  private static final String[] WORDS = {"Dr", "e.g", "U.S", "He", "said", "中文", "𠀀", "3.14"};

  private static String randomText(long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(3_000);
    while (text.length() < length) {
      switch (random.nextInt(4)) {
        case 0 -> text.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
        case 1 -> text.append(WORDS[random.nextInt(WORDS.length)]);
        case 2 -> text.append(' ');
        default -> text.appendCodePoint(random.nextInt(seed % 2 == 0 ? 0x3000 : 0x20000));
      }
    }
    return text.toString();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void sentencesCoverAllButBlanks(long seed) {
    for (int n = 0; n < 50; n++) {
      String text = randomText(100 * seed + n);
      int[] covered = {0};

      SentenceSplitter.spans(
          text,
          (start, end) -> {
            assertTrue(start < end && end - start <= 1_000, start + ".." + end);
            assertEquals("", text.substring(covered[0], start).strip());
            assertEquals(text.substring(start, end).strip(), text.substring(start, end));
            covered[0] = end;
          });

      assertEquals("", text.substring(covered[0]).strip());
    }
  }

  @Test
  void spansAndTextsAreTheSameSentences() {
    for (long seed = 0; seed < 50; seed++) {
      String text = randomText(seed);
      List<String> sentences = new ArrayList<>();
      SentenceSplitter.spans(text, (start, end) -> sentences.add(text.substring(start, end)));

      assertEquals(SentenceSplitter.split(text), sentences);
    }
  }

  @Test
  void aLongLineWithoutMarksIsCutInLinearTime() {
    String text = "字".repeat(5_000_000);
    int[] sentences = {0};

    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> SentenceSplitter.spans(text, (start, end) -> sentences[0]++));

    assertEquals(5_000, sentences[0]);
  }

  @Test
  void aPairIsNeverCutInHalf() {
    String text = "a" + "𠀀".repeat(2_000);

    for (String sentence : SentenceSplitter.split(text)) {
      assertTrue(!Character.isLowSurrogate(sentence.charAt(0)), "begins with half a character");
    }
  }
}
