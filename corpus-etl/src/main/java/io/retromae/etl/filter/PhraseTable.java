package io.retromae.etl.filter;

import io.retromae.etl.text.Words;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Words and phrases to find as whole words, case ignored. Immutable. */
final class PhraseTable implements BadWords.Entries {
  /** Bits that say which keys a first word can have; so many that few other words pass. */
  private static final int KEYS = 1 << 20;

  private final BitSet keys = new BitSet(KEYS);
  private final Map<String, List<String[]>> byFirstWord = new HashMap<>();

  /** A table of entries in lower case. */
  PhraseTable(List<String> entries) {
    for (String entry : entries) {
      Words words = Words.of(entry);
      String[] phrase = new String[words.count()];
      for (int i = 0; i < phrase.length; i++) {
        phrase[i] = words.token(i);
      }
      keys.set(index(words.key(0)));
      byFirstWord.computeIfAbsent(phrase[0], first -> new ArrayList<>()).add(phrase);
    }
  }

  private static int index(long key) {
    return (int) key & KEYS - 1;
  }

  @Override
  public void find(Words words, Hits hits) {
    for (int i = 0; i < words.count(); i++) {
      if (keys.get(index(words.key(i)))) {
        for (String[] phrase : byFirstWord.getOrDefault(lowerCase(words, i), List.of())) {
          if (matches(words, i, phrase)) {
            hits.add(words.start(i), words.end(i + phrase.length - 1));
          }
        }
      }
    }
  }

  private static boolean matches(Words words, int first, String[] phrase) {
    if (first + phrase.length > words.count()) {
      return false;
    }
    for (int i = 1; i < phrase.length; i++) {
      if (!lowerCase(words, first + i).equals(phrase[i])) {
        return false;
      }
    }
    return true;
  }

  private static String lowerCase(Words words, int i) {
    return words.token(i).toLowerCase(Locale.ROOT);
  }
}
