package io.retromae.etl.normalize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer.Form;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is normalised, what stays, and that once is enough. */
class NormalizerTest {
  private static final Normalizer STANDARD = with("html_entities=true");
  private static final Normalizer NFKC = with("nfkc=true");
  private static final Normalizer SIMPLIFYING = with("simplified=true");

  private static final String[] ALPHABET = {
    "a",
    "l",
    "t",
    "m",
    "p",
    "x",
    "&",
    "&",
    "&amp;",
    "&lt;",
    "&#",
    "6",
    "0",
    "5",
    "1",
    ";",
    "&#38;",
    "&#x26;",
    "&nbsp;",
    "&#13;",
    "&#150;",
    "&#0;",
    "&#xD83D;",
    "&zwnj;",
    "&eacute;",
    "＆",
    "ｌ",
    "ｔ",
    "；",
    "１",
    "Ａ",
    "，",
    "中",
    "文",
    "這",
    "後",
    "発",
    "の",
    "\uf900",
    "e",
    "\u0301",
    "\u0327",
    "é",
    "각",
    "\u1100",
    "\u1161",
    "\u11a8",
    "\u0344",
    "\u0345",
    "\u00a8",
    "\u037e",
    "\u212a",
    "\u1fef",
    "ﬁ",
    " ",
    " ",
    "\t",
    "\n",
    "\n",
    "\r",
    "\u000b",
    "\f",
    "\u0085",
    "\u00a0",
    "\u2028",
    "\u3000",
    "\u2000",
    "\u0000",
    "\u0007",
    "\u007f",
    "\u0091",
    "\u00ad",
    "\u200b",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\ud83d",
    "\ude00",
    "\ud83d\ude00",
    "\ud834\udd5e",
    "\ud87e\udc00",
    "\ufe0f",
    "\ufffd"
  };

  private static Normalizer with(String setting) {
    return new Normalizer(
        ConfigLoader.load(Normalizer.Settings.class, List.of(), List.of(setting)).value());
  }

  private static String standard(String text) {
    return STANDARD.apply(text).text();
  }

  @Test
  void defaultsAreNfcWithEntitiesAndBothChineseScripts() {
    Normalizer.Settings defaults =
        ConfigLoader.load(Normalizer.Settings.class, List.of(), List.of()).value();

    assertEquals(new Normalizer.Settings(false, true, false), defaults);
  }

  @Test
  void everySettingIsMapped() {
    List<String> all = List.of("nfkc=true", "html_entities=false", "simplified=true");

    Normalizer.Settings settings =
        ConfigLoader.load(Normalizer.Settings.class, List.of(), all).value();

    assertEquals(new Normalizer.Settings(true, false, true), settings);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      textBlock =
          """
          controls are removed|a\\u0000b\\u0007c\\u007f\\u0091|abc
          zero-width marks are removed|a\\u200bb\\u2060c\\ufeff\\u00add|abcd
          line ends are LF|a\\r\\nb\\rc\\u2028d\\u0085e|a\\nb\\nc\\nd\\ne
          one empty line stays|a\\n\\n\\n\\nb|a\\n\\nb
          blank lines count as empty|a\\n \\t\\n \\nb|a\\n\\nb
          blanks are joined|a  \\t\\u00a0\\u3000b|a b
          blanks beside line ends go|a \\n b|a\\nb
          the ends are stripped|\\n a \\n|a
          marks are composed|e\\u0301|\\u00e9
          Hangul is composed|\\u1100\\u1161\\u11a8|\\uac01
          a lone high half is repaired|a\\ud83db|a\\ufffdb
          a lone low half is repaired|a\\ude00|a\\ufffd
          pairs stay|\\ud83d\\ude00|\\ud83d\\ude00
          entities are decoded|&quot;a&quot; &amp; b&#8217;s&#x2014;&eacute;|"a" & b\\u2019s\\u2014\\u00e9
          numbers of Windows-1252 are decoded|&#150;|\\u2013
          entities of blanks and line ends are blanks and line ends|a&nbsp; b&#13;c|a b\\nc
          entities of invisible characters are removed|a&shy;b&#8203;c|abc
          entities of controls stay|&#0;&#7;&#x81;|&#0;&#7;&#x81;
          entities of half pairs stay|&#xD83D;|&#xD83D;
          unknown names and missing semicolons stay|&foo; &amp &;|&foo; &amp &;
          what was escaped twice stays|&amp;lt;b&amp;gt;|&amp;lt;b&amp;gt;
          an ampersand before other words is decoded|AT&amp;T &amp;foo;|AT&T &foo;
          full-width letters in Chinese are halved|中文ＡＢｃ１２，。|中文ABc12，。
          full-width letters elsewhere stay|ＡＢＣ abc|ＡＢＣ abc
          full-width letters in Japanese stay|これはＡの本です|これはＡの本です
          traditional characters stay|這說後|這說後
          """)
  void normalizes(String fact, String text, String expected) {
    assertEquals(unescaped(expected), standard(unescaped(text)), fact);
  }

  /** Java's escapes as text: the table above must not hold the characters themselves. */
  private static String unescaped(String text) {
    return Pattern.compile("\\\\u([0-9a-f]{4})")
        .matcher(text)
        .replaceAll(m -> Character.toString(Integer.parseInt(m.group(1), 16)))
        .translateEscapes();
  }

  @Test
  void unchangedTextIsTheSameObject() {
    String english = "Plain text, with é and \"quotes\" & more.\n\nTwo paragraphs.";
    String chinese = "中文，句子。\n第二行 with Latin";

    assertSame(english, standard(english));
    assertSame(chinese, standard(chinese));
  }

  @Test
  void compatibilityFormsAreReplacedOnRequestOnly() {
    assertEquals("ﬁ①，", standard("ﬁ①，"));
    assertEquals("fi1,", NFKC.apply("ﬁ①，").text());
  }

  @Test
  void onlyUnambiguousTraditionalCharactersAreSimplified() {
    assertEquals("这说后国", SIMPLIFYING.apply("這說後國").text());
    assertEquals("乾著瞭徵", SIMPLIFYING.apply("乾著瞭徵").text());
  }

  @Test
  void editsAreCounted() {
    Map<String, Long> edits =
        STANDARD.apply("中文中文\u0000\u0007 a\u200b &lt;&gt;&amp; \ud83d e\u0301 Ａ１").edits();

    Map<String, Long> expected = new TreeMap<>();
    expected.put("composed", 1L);
    expected.put("controls", 2L);
    expected.put("entities", 3L);
    expected.put("full_width", 2L);
    expected.put("invisible", 1L);
    expected.put("surrogates", 1L);
    assertEquals(expected, edits);
  }

  @Test
  void aCharacterKeepsThirtyMarksOfARow() {
    Normalizer.Result result = STANDARD.apply("x" + "\u0334\u0345".repeat(1_000) + "y\u0334z");

    assertEquals(Map.of("composed", 1L, "marks", 1_970L), result.edits());
    assertEquals("x" + "\u0334".repeat(15) + "\u0345".repeat(15) + "y\u0334z", result.text());
  }

  @Test
  void entitiesInsideOfEntitiesAreDecodedTenDeep() {
    assertEquals("a & b", standard("a &&&&#35;35;35;38; b"));
    assertEquals(
        "&".repeat(91) + "#" + "35;".repeat(90),
        standard("&".repeat(101) + "#" + "35;".repeat(100)));
  }

  @Test
  void hostileControlCharactersAreCountedAndGone() throws IOException {
    Path file = Path.of(System.getProperty("etl.hostile.dir")).resolve("control-characters.jsonl");
    ObjectMapper json = new ObjectMapper();
    long controls = 0;
    for (String line : Files.readAllLines(file)) {
      String escaped = line.replace("\u0000", "\\u0000").replace("\t", "\\t");
      Normalizer.Result result = STANDARD.apply(json.readTree(escaped).get("text").asText());
      controls += result.edits().getOrDefault("controls", 0L);
      assertTrue(result.text().chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)));
    }

    assertEquals(4, controls);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void normalizingTwiceChangesNothing(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder();
      int parts = random.nextInt(1, 40);
      for (int i = 0; i < parts; i++) {
        text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
      }
      for (Normalizer normalizer : List.of(STANDARD, NFKC, SIMPLIFYING)) {
        String once = normalizer.apply(text.toString()).text();
        assertSame(once, normalizer.apply(once).text(), () -> escaped(text.toString()));
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void resultIsInNormalFormWhateverTheCharacters(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder("x");
      for (int i = 0; i < 12; i++) {
        text.appendCodePoint(random.nextInt(random.nextBoolean() ? 0x3100 : 0x1f000));
      }
      String nfc = standard(text.toString());
      String nfkc = NFKC.apply(text.toString()).text();
      assertTrue(java.text.Normalizer.isNormalized(nfc, Form.NFC), () -> escaped(nfc));
      assertTrue(java.text.Normalizer.isNormalized(nfkc, Form.NFKC), () -> escaped(nfkc));
    }
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    text.chars().forEach(c -> out.append("\\u%04x".formatted(c)));
    return out.toString();
  }
}
