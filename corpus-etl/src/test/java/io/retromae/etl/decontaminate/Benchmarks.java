package io.retromae.etl.decontaminate;

import io.retromae.core.config.ConfigLoader;
import io.retromae.etl.normalize.Normalizer;
import io.retromae.etl.text.Words;
import io.retromae.etl.tokenize.SentenceSplitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Indexes and random texts for tests. */
final class Benchmarks {
  static final SentenceSpans SENTENCES = SentenceSpans.from(SentenceSplitter::split);

  private Benchmarks() {}

  /** Defaults with some settings changed, as {@code key=value}. */
  static DecontaminationSettings settings(String... assignments) {
    return ConfigLoader.load(DecontaminationSettings.class, List.of(), List.of(assignments))
        .value();
  }

  /** An index of queries of one task named {@code task}. */
  static NGramIndex index(String... queries) {
    NGramIndexBuilder builder = new NGramIndexBuilder(settings());
    for (String query : queries) {
      builder.add("task", Words.of(Normalizer.normalize(query)));
    }
    return builder.build();
  }

  static Hits scan(NGramIndex index, String text) {
    return index.scan(Words.of(text));
  }

  static Cleaned clean(NGramIndex index, String text, String... assignments) {
    return new Decontaminator(settings(assignments), index.tasks(), CommonNGrams.none(), SENTENCES)
        .clean(text, scan(index, text));
  }

  /** So many random words of a large vocabulary. */
  static List<String> words(Random random, int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add("w" + Long.toString(random.nextInt(100_000), 26).replaceAll("\\d", "z") + "e");
    }
    return words;
  }

  /** So many random common Han characters. */
  static String characters(Random random, int count) {
    StringBuilder characters = new StringBuilder();
    for (int i = 0; i < count; i++) {
      characters.append((char) (0x4E00 + random.nextInt(3_000)));
    }
    return characters.toString();
  }
}
