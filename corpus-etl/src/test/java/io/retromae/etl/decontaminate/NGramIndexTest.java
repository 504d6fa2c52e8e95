package io.retromae.etl.decontaminate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.etl.text.Words;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NGramIndexTest {
  private static final String ENGLISH =
      "Which enzymes are responsible for the breakdown of long-chain fatty acids in the liver of"
          + " patients born before 1987?";
  private static final String CHINESE = "请问在高海拔地区长期生活的居民患上慢性高原病的主要原因以及预防方法分别是什么呢";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Which enzymes are responsible for the breakdown of long-chain fatty acids in the liver of"
            + " patients born before 1987?",
        "which ENZYMES are (responsible) for the breakdown -- of long chain fatty acids, in the"
            + " liver of patients born before 1912",
        "Which enzymes\nare responsible\n\nfor the breakdown of long-chain\nfatty acids in the"
            + " liver of patients born before 1987"
      })
  void englishQueryIsFoundWhateverItsSignsCaseDigitsAndLines(String planted) {
    NGramIndex index = Benchmarks.index(ENGLISH);

    for (String text :
        new String[] {
          planted, "He asked me. " + planted, planted + " Nobody knew.", "One. " + planted + " Two."
        }) {
      Hits hits = Benchmarks.scan(index, text);

      assertFalse(hits.isEmpty(), text);
      assertEquals(text.indexOf(planted), hits.start(0), text);
      String found = text.substring(hits.start(0), hits.end(hits.size() - 1));
      assertTrue(planted.startsWith(found) && planted.length() - found.length() <= 1, text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "请问在高海拔地区长期生活的居民患上慢性高原病的主要原因以及预防方法分别是什么呢",
        "请问，在高海拔地区，长期生活的居民患上「慢性高原病」的主要原因以及预防方法分别是什么呢",
        "请问在高海拔地区长期生活的\n居民患上慢性高原病的 主要原因\n以及预防方法分别是什么呢"
      })
  void chineseQueryIsFoundWhateverItsSignsAndLines(String planted) {
    NGramIndex index = Benchmarks.index(CHINESE);

    String text = "他问道。" + planted + "？没有人回答。";
    Hits hits = Benchmarks.scan(index, text);

    assertEquals(4, hits.start(0));
    assertEquals(4 + planted.length(), hits.end(hits.size() - 1));
  }

  @Test
  void aPartOfAnNGramLengthIsEnoughAndLessIsNot() {
    NGramIndex index = Benchmarks.index(ENGLISH);
    String thirteen = "are responsible for the breakdown of long-chain fatty acids in the liver";

    assertEquals(1, Benchmarks.scan(index, "x " + thirteen + " y").size());
    assertTrue(Benchmarks.scan(index, thirteen.substring(4)).isEmpty());
  }

  @Test
  void shortQueryMatchesAsAWholeOnly() {
    NGramIndex index = Benchmarks.index("what is a lobster roll sandwich", "如何申请护照补办手续");

    assertEquals(1, Benchmarks.scan(index, "So what is a lobster roll sandwich?").size());
    assertEquals(1, Benchmarks.scan(index, "想知道如何申请护照，补办手续").size());
    assertTrue(Benchmarks.scan(index, "So what is a lobster roll?").isEmpty());
    assertTrue(Benchmarks.scan(index, "如何申请护照补办手").isEmpty());
  }

  @Test
  void textsTooShortOrOfNumbersAreIgnored() {
    NGramIndexBuilder builder = new NGramIndexBuilder(Benchmarks.settings());

    assertEquals(NGramIndexBuilder.Added.TOO_SHORT, builder.add("t", Words.of("what is it, then")));
    assertEquals(NGramIndexBuilder.Added.TOO_SHORT, builder.add("t", Words.of("怎么办理护照呢")));
    assertEquals(NGramIndexBuilder.Added.WHOLE, builder.add("t", Words.of("怎么才能办理护照")));
    assertEquals(
        NGramIndexBuilder.Added.NUMBERS, builder.add("t", Words.of("12 13 14 15 16 of 9")));
    assertEquals(1, builder.build().size());
  }

  @Test
  void aChineseQueryWithLatinWordsCountsEachAsOneUnit() {
    NGramIndex index = Benchmarks.index("苹果 iPhone 15 Pro 屏幕坏了怎么修");

    assertEquals(1, Benchmarks.scan(index, "求助：苹果IPHONE 13 pro屏幕坏了，怎么修？").size());
    assertTrue(Benchmarks.scan(index, "求助：苹果 Galaxy 13 pro屏幕坏了，怎么修？").isEmpty());
  }

  @Test
  void theLongestLengthsAreFound() {
    NGramIndexBuilder builder =
        new NGramIndexBuilder(Benchmarks.settings("ngram={en: 63, zh: 63}"));
    Random random = new Random(3);
    String words = String.join(" ", Benchmarks.words(random, 70));
    String characters = Benchmarks.characters(random, 63);
    builder.add("t", Words.of(words));
    builder.add("t", Words.of(characters));
    NGramIndex index = builder.build();

    assertEquals(8, Benchmarks.scan(index, "Here: " + words).size());
    assertEquals(9, Benchmarks.scan(index, words + "。看：" + characters).size());
  }

  @Test
  void aDocumentMadeOfBenchmarkTextHasABoundedNumberOfHits() {
    Hits.Builder hits = new Hits.Builder();
    for (int i = 0; i < 3 * Hits.MANY; i++) {
      hits.add(i + 1, 0, i, i + 20);
    }

    Hits built = hits.build();

    assertEquals(Hits.MANY, built.size());
    assertEquals(3 * Hits.MANY + 19, built.end(Hits.MANY - 1));
  }

  @Test
  void aTextOfTwoTasksIsFoundForBoth() {
    NGramIndexBuilder builder = new NGramIndexBuilder(Benchmarks.settings());
    builder.add("one", Words.of("what is a lobster roll sandwich"));
    builder.add("two", Words.of("What is a lobster roll sandwich?"));
    NGramIndex index = builder.build();

    Hits hits = Benchmarks.scan(index, "What is a lobster roll sandwich?");

    assertEquals(2, hits.size());
    assertEquals(1, hits.distinctHashes().length);
    assertEquals(1, hits.task(0) + hits.task(1));
  }

  @Test
  void otherOrderOfTextsGivesTheSameFingerprintAndAnotherTextAnotherOne() {
    String other = "how many moons does the planet Jupiter have";

    assertEquals(
        Benchmarks.index(ENGLISH, other).fingerprint(),
        Benchmarks.index(other, ENGLISH, other).fingerprint());
    assertFalse(
        Benchmarks.index(ENGLISH).fingerprint().equals(Benchmarks.index(other).fingerprint()));
  }

  @Test
  void tooManyNGramsAreRefusedWithTheSettingsName() {
    NGramIndexBuilder builder = new NGramIndexBuilder(Benchmarks.settings("max_ngrams=3"));

    ConfigException e =
        assertThrows(ConfigException.class, () -> builder.add("beir/x", Words.of(ENGLISH)));

    assertTrue(e.getMessage().contains("max_ngrams") && e.getMessage().contains("beir/x"));
  }

  @Test
  void survivesSerialisation() throws IOException, ClassNotFoundException {
    NGramIndex index = Benchmarks.index(ENGLISH, CHINESE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(index);
    }

    NGramIndex copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = (NGramIndex) in.readObject();
    }

    assertEquals(Benchmarks.scan(index, ENGLISH).encode(), Benchmarks.scan(copy, ENGLISH).encode());
    assertEquals(index.tasks(), copy.tasks());
  }

  @Test
  void theHashTableHoldsAllItWasGiven() {
    HashTable table = new HashTable();
    Random random = new Random(1);
    long[] hashes = random.longs(20_000).map(h -> h == 0 ? 1 : h).toArray();

    for (int i = 0; i < hashes.length; i++) {
      table.add(hashes[i], i);
      table.add(hashes[i], i);
      table.add(hashes[i], -1);
    }

    assertEquals(40_000, table.size());
    for (int i = 0; i < hashes.length; i++) {
      int first = table.first(hashes[i]);
      int second = table.next(first);
      assertEquals(i - 1, table.task(first) + table.task(second));
      assertEquals(-1, Math.min(table.task(first), table.task(second)));
      assertEquals(-1, table.next(second));
    }
    assertEquals(-1, table.first(42));
  }

  @Test
  void theFilterNeverForgetsAndSeldomInvents() {
    HashFilter filter = new HashFilter(100_000);
    new Random(1).longs(100_000).forEach(filter::add);

    assertTrue(new Random(1).longs(100_000).allMatch(filter::mayContain));
    assertTrue(new Random(2).longs(100_000).filter(filter::mayContain).count() < 2_000);
  }
}
