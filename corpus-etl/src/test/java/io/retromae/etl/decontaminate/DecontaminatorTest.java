package io.retromae.etl.decontaminate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.etl.text.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecontaminatorTest {
  private static final String QUERY = "what is a lobster roll sandwich";

  private static Cleaned.Kept kept(Cleaned cleaned) {
    return assertInstanceOf(Cleaned.Kept.class, cleaned);
  }

  @Test
  void cleanDocumentStaysAsItIs() {
    Cleaned cleaned = Benchmarks.clean(Benchmarks.index(QUERY), "Nothing to see here. Go on.");

    assertEquals(new Cleaned.Kept("Nothing to see here. Go on.", 0, Map.of()), cleaned);
  }

  @Test
  void theSentencesThatAHitTouchesAreRemoved() {
    String text =
        "We went to Maine by train and by bus. Jo asked: \"What is a lobster roll sandwich?\" It is so good.";

    Cleaned.Kept kept = kept(Benchmarks.clean(Benchmarks.index(QUERY), text));

    assertEquals("We went to Maine by train and by bus. It is so good.", kept.text());
    assertEquals(1, kept.removedSentences());
    assertEquals(Map.of("task", new TaskCounts(1, 0, 1, 0)), kept.byTask());
  }

  @Test
  void aHitAcrossSentencesRemovesThemAll() {
    String text =
        "The first sentence is long enough. What is a lobster? Roll sandwich or not.\nLast of all"
            + " comes this one here.";

    Cleaned.Kept kept = kept(Benchmarks.clean(Benchmarks.index(QUERY), text));

    assertEquals(
        "The first sentence is long enough.\nLast of all comes this one here.", kept.text());
    assertEquals(2, kept.removedSentences());
  }

  @Test
  void paragraphsDoNotRunTogether() {
    NGramIndex index = Benchmarks.index(QUERY);
    String asked = "What is a lobster roll sandwich?";
    String one = "Here is the first paragraph of the text.";
    String two = "Here is the second paragraph of the text.";

    assertEquals(
        one + "\n\n" + two, kept(Benchmarks.clean(index, one + " " + asked + "\n\n" + two)).text());
    assertEquals(
        one + "\n\n" + two, kept(Benchmarks.clean(index, one + "\n\n" + asked + " " + two)).text());
    assertEquals(
        one + "\n\n" + two,
        kept(Benchmarks.clean(index, one + "\n" + asked + "\n\n" + two)).text());
    assertEquals(
        one + " " + two, kept(Benchmarks.clean(index, asked + "\n" + one + " " + two)).text());
    assertEquals(
        one + " " + two, kept(Benchmarks.clean(index, one + " " + two + "\n" + asked)).text());
  }

  @Test
  void chineseSentencesAreRemovedWithoutABlank() {
    NGramIndex index = Benchmarks.index("如何申请护照补办手续");

    Cleaned.Kept kept = kept(Benchmarks.clean(index, "大家好，这里是办事大厅的问答页面。如何申请护照、补办手续？请带上身份证。"));

    assertEquals("大家好，这里是办事大厅的问答页面。请带上身份证。", kept.text());
  }

  @Test
  void commonNGramsAreIgnoredAndCounted() {
    NGramIndex index = Benchmarks.index(QUERY);
    String text = "We went to Maine. What is a lobster roll sandwich? It is good.";
    Hits hits = Benchmarks.scan(index, text);
    CommonNGrams common = CommonNGrams.of(List.of(7L, hits.hash(0), -7L));

    Cleaned cleaned =
        new Decontaminator(Benchmarks.settings(), index.tasks(), common, Benchmarks.SENTENCES)
            .clean(text, hits);

    assertEquals(new Cleaned.Kept(text, 0, Map.of("task", new TaskCounts(0, 0, 0, 1))), cleaned);
  }

  @Test
  void aDocumentThatKeepsTooLittleIsDropped() {
    NGramIndex index = Benchmarks.index(QUERY);
    String text = "Yes. What is a lobster roll sandwich?";

    Cleaned cleaned = Benchmarks.clean(index, text);

    assertEquals(
        new Cleaned.Dropped("mostly_benchmark", Map.of("task", new TaskCounts(1, 1, 1, 0))),
        cleaned);
    assertEquals("Yes.", kept(Benchmarks.clean(index, text, "min_kept_share=0.1")).text());
    assertInstanceOf(
        Cleaned.Dropped.class,
        Benchmarks.clean(index, "What is a lobster roll sandwich?", "min_kept_share=0"));
  }

  @Test
  void actionDocumentDropsTheDocument() {
    String text = "We went to Maine. What is a lobster roll sandwich? It is good. So very good.";

    Cleaned cleaned = Benchmarks.clean(Benchmarks.index(QUERY), text, "action=document");

    assertEquals(
        new Cleaned.Dropped("benchmark", Map.of("task", new TaskCounts(1, 1, 0, 0))), cleaned);
  }

  @Test
  void countsAddUpByTask() {
    Map<String, TaskCounts> sum =
        TaskCounts.sum(
            Map.of("b", new TaskCounts(1, 0, 2, 3)),
            Map.of("a", TaskCounts.NONE, "b", new TaskCounts(1, 1, 1, 1)));

    assertEquals(Map.of("a", TaskCounts.NONE, "b", new TaskCounts(2, 1, 3, 4)), sum);
  }

  @Test
  void hitsThatWereCutShortAreRefused() {
    String encoded = Benchmarks.scan(Benchmarks.index(QUERY), QUERY).encode();

    assertThrows(
        IllegalArgumentException.class,
        () -> Hits.decode(encoded.substring(0, encoded.length() - 2)));
    assertEquals("", Hits.none().encode());
    assertTrue(Hits.decode("").isEmpty());
  }

  /** Sentences with queries planted at random places, as they are or in other writing. */
  private static String plant(Random random, List<List<String>> sentences, List<String> queries) {
    for (String query : queries) {
      List<String> sentence = sentences.get(random.nextInt(sentences.size()));
      String planted = random.nextBoolean() ? query : query.toUpperCase().replace(" ", ", ");
      sentence.add(random.nextInt(sentence.size() + 1), planted);
    }
    List<String> texts = new ArrayList<>();
    for (List<String> sentence : sentences) {
      String text = String.join(random.nextInt(4) == 0 ? "\n" : " ", sentence);
      texts.add(Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".");
    }
    return String.join(" ", texts);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void whatWasPlantedIsFoundAndGoneAfterwards(long seed) {
    Random random = new Random(seed);
    List<String> queries = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      queries.add(String.join(" ", Benchmarks.words(random, 5 + random.nextInt(40))));
      queries.add(Benchmarks.characters(random, 8 + random.nextInt(60)));
    }
    NGramIndex index = Benchmarks.index(queries.toArray(String[]::new));
    List<List<String>> sentences = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sentences.add(new ArrayList<>(Benchmarks.words(random, 1 + random.nextInt(30))));
    }
    assertTrue(Benchmarks.scan(index, plant(random, sentences, List.of())).isEmpty());
    List<String> planted =
        random.ints(6, 0, queries.size()).distinct().mapToObj(queries::get).toList();
    String text = plant(random, sentences, planted);

    Hits hits = Benchmarks.scan(index, text);
    Cleaned.Kept kept = kept(Benchmarks.clean(index, text, "min_kept_share=0"));

    for (String query : planted) {
      long[] hashes = Benchmarks.scan(index, query).distinctHashes();
      assertTrue(hashes.length > 0);
      assertTrue(
          Arrays.stream(hashes).allMatch(h -> Arrays.binarySearch(hits.distinctHashes(), h) >= 0),
          query);
    }
    assertEquals(hits.encode(), Hits.decode(hits.encode()).encode());
    assertTrue(index.scan(Words.of(kept.text())).isEmpty());
    assertTrue(kept.removedSentences() > 0 && kept.removedSentences() <= sentences.size());
  }
}
