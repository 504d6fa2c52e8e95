package io.retromae.etl.dedup;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Made-up texts whose shingles differ unless one is an edited copy of the other. */
final class RandomTexts {
  private final Random random;

  RandomTexts(long seed) {
    random = new Random(seed);
  }

  String words(int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(word());
    }
    return String.join(" ", words);
  }

  private String word() {
    return Long.toString(Math.floorMod(random.nextLong(), 1L << 40), 26).replaceAll("\\d", "x");
  }

  /** A copy with so many words at random places replaced. */
  String edited(String text, int edits) {
    String[] words = text.split(" ");
    for (int i = 0; i < edits; i++) {
      words[random.nextInt(words.length)] = word();
    }
    return String.join(" ", words);
  }

  /** Texts of which some are copies of others, exact ones and edited ones, in groups and chains. */
  List<String> withDuplicates(int count) {
    List<String> texts = new ArrayList<>();
    while (texts.size() < count) {
      String text = words(60 + random.nextInt(200));
      texts.add(text);
      for (int copies = random.nextInt(5); copies > 0; copies--) {
        texts.add(random.nextInt(3) == 0 ? text.toUpperCase(java.util.Locale.ROOT) : text);
        text = edited(text, 1 + random.nextInt(4));
      }
    }
    Collections.shuffle(texts, random);
    return texts;
  }
}
