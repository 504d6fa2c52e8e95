package io.retromae.etl.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import io.retromae.etl.text.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of the user: what is found, dropped, only counted. */
class BadWordsTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final String PADDING = "Nothing to see here at all. ".repeat(100);

  @TempDir Path folder;

  private static BadWords.Settings settings(String... assignments) {
    return ConfigLoader.load(BadWords.Settings.class, List.of(), List.of(assignments)).value();
  }

  private BadWords stage(String language, String... lines) throws IOException {
    Path list = folder.resolve(language + ".txt");
    Files.write(list, List.of(lines));
    return BadWords.load(STORAGE, settings("lists={%s: '%s'}".formatted(language, list)));
  }

  private static CleanDocument document(Language language, String text) {
    return new CleanDocument("test", language, Words.of(text));
  }

  private static Map<String, Long> edits(BadWords stage, Language language, String text) {
    DocumentStage.Result result = stage.apply(document(language, text));
    return result instanceof DocumentStage.Result.Changed changed ? changed.edits() : Map.of();
  }

  @Test
  void byDefaultThereIsNoListAndNoDocumentInScope() {
    BadWords.Settings defaults = settings();

    assertEquals(new BadWords.Settings(true, List.of(), Map.of(), 0.01), defaults);
    BadWords stage = BadWords.load(STORAGE, defaults);
    assertFalse(stage.scope().covers(document(Language.EN, "casino")));
  }

  @Test
  void everySettingIsMapped() {
    BadWords.Settings settings =
        settings("enabled=false", "sources=[a]", "lists={en: b}", "max_share=0.5");

    assertEquals(new BadWords.Settings(false, List.of("a"), Map.of("en", "b"), 0.5), settings);
  }

  @Test
  void englishEntriesAreWholeWordsAndPhrases() throws IOException {
    BadWords stage = stage("en", "# comment", "", "Casino", "free spins", "don't");

    String text = "CASINO casinos, free spins; free  spin free. Don't! " + PADDING;

    assertEquals(Map.of("hits", 3L), edits(stage, Language.EN, text));
  }

  @Test
  void chineseEntriesAreFoundAnywhereEachOccurrenceOnce() throws IOException {
    BadWords stage = stage("zh", "博彩", "彩票", "博彩票", "VX代购");

    String text = "我爱博彩票和博彩，vx代购。" + "这里什么都没有。".repeat(200);

    assertEquals(Map.of("hits", 5L), edits(stage, Language.ZH, text));
  }

  @Test
  void textIsTheSameWhenEntriesAreOnlyCounted() throws IOException {
    CleanDocument document = document(Language.EN, "casino " + PADDING);

    DocumentStage.Result result = stage("en", "casino").apply(document);

    assertSame(document, assertInstanceOf(DocumentStage.Result.Changed.class, result).document());
  }

  @Test
  void documentsAreDroppedAboveTheShareOnly() throws IOException {
    BadWords stage = stage("zh", "坏词");
    String atLimit = "坏词" + "好".repeat(198);
    String above = "坏词" + "好".repeat(197);

    assertEquals(Map.of("hits", 1L), edits(stage, Language.ZH, atLimit));
    assertEquals(
        new DocumentStage.Result.Dropped("bad_words"), stage.apply(document(Language.ZH, above)));
  }

  @Test
  void onlyDocumentsInTheLanguagesOfTheListsAreInScope() throws IOException {
    Scope scope = stage("zh", "坏词").scope();

    assertTrue(scope.covers(document(Language.ZH, "坏词")));
    assertFalse(scope.covers(document(Language.EN, "坏词")));
  }

  @Test
  void otherLanguagesAreRefused() {
    ConfigException e = assertThrows(ConfigException.class, () -> settings("lists={fr: mots.txt}"));

    assertTrue(e.getMessage().contains("lists: fr = mots.txt"), e.getMessage());
  }

  @Test
  void missingListIsNamed() {
    BadWords.Settings settings = settings("lists={en: '%s'}".formatted(folder.resolve("none.txt")));

    ConfigException e = assertThrows(ConfigException.class, () -> BadWords.load(STORAGE, settings));

    assertTrue(e.getMessage().contains("none.txt"), e.getMessage());
  }

  @Test
  void listThatIsNotUtf8IsRefused() throws IOException {
    Path list = folder.resolve("gbk.txt");
    Files.write(list, new byte[] {'a', '\n', (byte) 0xbb, (byte) 0xb5});
    BadWords.Settings settings = settings("lists={zh: '%s'}".formatted(list));

    var e = assertThrows(CorruptDataException.class, () -> BadWords.load(STORAGE, settings));

    assertTrue(e.getMessage().contains("gbk.txt: byte bb at 2"), e.getMessage());
  }

  @Test
  void shippedExamplesCanBeLoaded() {
    Path conf = Path.of(System.getProperty("retromae.root")).resolve("conf/bad-words");
    BadWords stage =
        BadWords.load(
            STORAGE,
            settings(
                "lists={en: '%s', zh: '%s'}"
                    .formatted(conf.resolve("en.txt"), conf.resolve("zh.txt"))));

    assertEquals(Map.of("hits", 2L), edits(stage, Language.EN, "Casino, 100% free. " + PADDING));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void automatonFindsWhatLookingForEachEntryFinds(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      Set<String> entries = new HashSet<>();
      for (int i = random.nextInt(1, 12); i > 0; i--) {
        entries.add(letters(random, random.nextInt(1, 6)));
      }
      String text = letters(random, 80);
      Hits expected = new Hits();
      for (String entry : entries) {
        for (int i = text.indexOf(entry); i >= 0; i = text.indexOf(entry, i + 1)) {
          expected.add(i, i + entry.length());
        }
      }

      Hits hits = new Hits();
      new CharacterAutomaton(List.copyOf(entries)).find(Words.of(text), hits);

      assertEquals(expected.count(), hits.count(), entries + " in " + text);
      assertEquals(expected.characters(), hits.characters(), entries + " in " + text);
    }
  }

  private static String letters(SplittableRandom random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append("甲乙丙".charAt(random.nextInt(3)));
    }
    return text.toString();
  }
}
