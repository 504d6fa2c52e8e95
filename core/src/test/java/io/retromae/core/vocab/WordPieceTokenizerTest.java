package io.retromae.core.vocab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids against Hugging Face's own library, loaded from the files that we write for it. */
class WordPieceTokenizerTest {
  private static final Vocabulary VOCABULARY = vocabulary();

  /** All printable characters up to the end of the Han block's first rows, and some words. */
  private static Vocabulary vocabulary() {
    TreeSet<String> tokens = new TreeSet<>();
    for (int c = 33; c < 0x5000; c++) {
      if (Character.isDefined(c) && !Character.isSpaceChar(c) && (c < 128 || c % 7 != 0)) {
        tokens.add(Character.toString(c));
        tokens.add("##" + Character.toString(c));
      }
    }
    tokens.addAll(List.of("hello", "##lo", "hel", "un", "##aff", "##able", "word", "##word"));
    tokens.addAll(List.of("i", "##i", "cafe", "𠀀", "##𠀀", "한", "ㅎ", "##ᅡ", "中", "国"));
    List<String> all = new ArrayList<>(Vocabulary.SPECIAL_TOKENS);
    all.addAll(tokens);
    return Vocabulary.of(all);
  }

  private static void assertSameIds(List<String> texts, WordRules rules) throws IOException {
    Map<String, byte[]> files = TokenizerFiles.files(VOCABULARY, rules, 100_000);
    WordPieceTokenizer ours = new WordPieceTokenizer(VOCABULARY, rules);
    try (HuggingFaceTokenizer theirs =
        HuggingFaceTokenizer.newInstance(
            new ByteArrayInputStream(files.get("tokenizer.json")),
            Map.of("addSpecialTokens", "false", "truncation", "false"))) {
      for (String text : texts) {
        long[] want = theirs.encode(text, false, false).getIds();
        int[] got = ours.encode(text);
        assertArrayEquals(
            want,
            Arrays.stream(got).asLongStream().toArray(),
            () -> text.codePoints().mapToObj(Integer::toHexString).toList().toString());
      }
    }
  }

  static List<WordRules> rules() {
    List<WordRules> all = new ArrayList<>();
    for (int bits = 0; bits < 8; bits++) {
      all.add(new WordRules((bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void namedCasesEqualHuggingFace(WordRules rules) throws IOException {
    assertSameIds(
        List.of(
            "",
            " ",
            "Hello, unaffable WORD word's 3.14!",
            "Café naïve Ångström İstanbul ΣΊΣΥΦΟΣ straße ﬁne",
            "今天天气很好。We met 在中国!",
            "轉注：語言模型",
            "a".repeat(100) + " " + "b".repeat(101) + " " + "word".repeat(40),
            "zero\u200bwidth\u200djoin\ufeffbom\u00adsoft",
            "tab\tnew\nline\rreturn\u0000nul\u0007bell\u0085nel\u2028ls",
            "\u00a0\u3000\u2003blanks",
            "emoji 😀👍🏽 and 𠀀𪚥 plane two",
            "Ｆｕｌｌ　ｗｉｄｔｈ １２３",
            "한국어 가각 ㄱㄴ",
            "$1 + 2 = 3 ^_^ `code` ~ |x|",
            "e\u0301 combining a\u0308\u0323",
            "ideograph 〇々 豈更 丽",
            "MASK ] [ UNK"),
        rules);
  }

  /** Each pair of lower case and accents once: ideographs do not depend on them. */
  static List<WordRules> halfOfTheRules() {
    return rules().stream()
        .filter(r -> r.tokenizeChineseChars() == (r.lowerCase() == r.stripAccents()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("halfOfTheRules")
  void everyAssignedCharacterEqualsHuggingFace(WordRules rules) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (Character.isDefined(c) && Character.getType(c) != Character.SURROGATE) {
        texts.add("a" + Character.toString(c) + "b");
      }
    }

    assertSameIds(texts, rules);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomAssignedCharactersEqualHuggingFace(int seed) throws IOException {
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = 0; j < 40; j++) {
        int c = random.nextInt(random.nextBoolean() ? 0x3000 : 0x30000);
        boolean usable = Character.isDefined(c) && Character.getType(c) != Character.SURROGATE;
        text.appendCodePoint(usable ? c : ' ');
        text.append(random.nextInt(4) == 0 ? " " : "");
      }
      texts.add(text.toString());
    }

    assertSameIds(texts, rules().get(seed - 1));
  }

  @Test
  void specialTokensInsideTextArePlainText() {
    int[] ids = new WordPieceTokenizer(VOCABULARY, WordRules.bert(true)).encode("[MASK]");

    assertEquals(
        List.of("[", "m", "##a", "##s", "##k", "]"),
        Arrays.stream(ids).mapToObj(VOCABULARY::token).toList());
  }
}
