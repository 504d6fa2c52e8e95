package io.retromae.etl.decontaminate;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.SplitMix64;
import io.retromae.etl.text.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Collects the n-grams of benchmark texts, one text after another; not thread-safe. */
public final class NGramIndexBuilder {
  private final DecontaminationSettings settings;
  private final List<String> tasks = new ArrayList<>();
  private final HashTable table = new HashTable();
  private final BitSet wordLengths = new BitSet();
  private final BitSet characterLengths = new BitSet();
  private long[] endings = new long[1 << 10];
  private int endingCount;
  private long fingerprint;

  /** What became of a text. */
  public enum Added {
    /** All its n-grams of full length are in the index. */
    NGRAMS,
    /** Shorter than an n-gram; it is in the index as a whole. */
    WHOLE,
    /** Too short to tell one text from another; ignored. */
    TOO_SHORT,
    /** Mostly numbers in all its n-grams, which compare as equal; ignored. */
    NUMBERS;

    /** Whether documents are searched for it. */
    boolean isIndexed() {
      return this == NGRAMS || this == WHOLE;
    }
  }

  /** An empty index for these lengths. */
  public NGramIndexBuilder(DecontaminationSettings settings) {
    this.settings = settings;
  }

  /** Adds a text's n-grams. */
  public Added add(String task, Words words) {
    int units = 0;
    int han = 0;
    for (int word = 0; word < words.count(); word++) {
      units += words.key(word) == 0 ? 0 : 1;
      han += words.isHan(word) ? 1 : 0;
    }
    boolean chinese = 2 * han > units;
    int shortest = chinese ? UnitHashes.SHORTEST_CHARACTERS : UnitHashes.SHORTEST_WORDS;
    if (units < shortest) {
      return Added.TOO_SHORT;
    }
    int full = chinese ? settings.ngram().zh() : settings.ngram().en();
    int length = Math.min(full, units);
    if (!addAll(taskId(task), words, length, shortest)) {
      return Added.NUMBERS;
    }
    (chinese ? characterLengths : wordLengths).set(length);
    checkSize(task);
    return length < full ? Added.WHOLE : Added.NGRAMS;
  }

  /** Adds all n-grams of a length in which at least every second unit has a letter. */
  private boolean addAll(int task, Words words, int length, int shortest) {
    UnitHashes units = new UnitHashes();
    BitSet letters = new BitSet();
    boolean added = false;
    for (int word = 0; word < words.count(); word++) {
      if (words.key(word) == 0) {
        continue;
      }
      letters.set(units.units(), words.hasLetter(word));
      units.append(words.key(word), word);
      int first = units.units() - length;
      if (first >= 0 && 2 * letters.get(first, units.units()).cardinality() >= length) {
        add(UnitHashes.ngram(units.last(length), length), task, ending(units.last(shortest)));
        added = true;
      }
    }
    return added;
  }

  private void add(long hash, int task, long ending) {
    int before = table.size();
    table.add(hash, task);
    if (table.size() == before) {
      return;
    }
    fingerprint += SplitMix64.mix(hash ^ SplitMix64.mix(task)); // a sum: the order does not matter
    if (endingCount == endings.length) {
      endings = Arrays.copyOf(endings, 2 * endings.length);
    }
    endings[endingCount++] = ending;
  }

  private int taskId(String task) {
    if (!tasks.contains(task)) {
      tasks.add(task);
      fingerprint += SplitMix64.mix(task.hashCode() * 31L + tasks.size());
    }
    return tasks.indexOf(task);
  }

  private void checkSize(String task) {
    if (table.size() > settings.maxNgrams()) {
      throw new ConfigException(
          "decontaminate: more than %,d n-grams up to '%s' (max_ngrams); leave 'passages' out of its parts, leave the set out, or raise max_ngrams and the executors' memory"
              .formatted(settings.maxNgrams(), task));
    }
  }

  /** The index of all that was added. */
  public NGramIndex build() {
    return new NGramIndex(this);
  }

  /** What the filter keeps of an n-gram's last units. */
  static long ending(long polynomial) {
    return polynomial * SplitMix64.GOLDEN_GAMMA;
  }

  List<String> tasks() {
    return List.copyOf(tasks);
  }

  HashTable table() {
    return table;
  }

  long fingerprint() {
    return fingerprint;
  }

  /** A filter that knows every n-gram and every ending. */
  HashFilter filter() {
    HashFilter filter = new HashFilter(2L * table.size());
    table.forEachHash(filter::add);
    for (int i = 0; i < endingCount; i++) {
      filter.add(endings[i]);
    }
    return filter;
  }

  /** Lengths of n-grams of texts in words, ascending. */
  int[] wordLengths() {
    return wordLengths.stream().toArray();
  }

  /** Lengths of n-grams of texts in Chinese characters, ascending. */
  int[] characterLengths() {
    return characterLengths.stream().toArray();
  }
}
