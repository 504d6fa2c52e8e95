package io.retromae.etl.decontaminate;

import io.retromae.etl.text.Words;
import java.io.Serializable;
import java.util.List;

/**
 * The n-grams of benchmarks as 64-bit hashes, with the tasks that hold them; found in a document in
 * one pass over its words. Immutable and thread-safe; plain arrays, to be broadcast.
 *
 * <p>An n-gram is a sequence of {@link Words#key} values, signs left out: case, digits, punctuation
 * and line breaks make no difference. Hashes of distinct n-grams are taken as distinct: among 10^7
 * n-grams and 10^12 words of text fewer than one false hit is expected.
 */
public final class NGramIndex implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<String> tasks;
  private final HashTable table;
  private final HashFilter filter;
  private final int[] wordLengths;
  private final int[] characterLengths;
  private final long fingerprint;

  NGramIndex(NGramIndexBuilder builder) {
    tasks = builder.tasks();
    table = builder.table();
    filter = builder.filter();
    wordLengths = builder.wordLengths();
    characterLengths = builder.characterLengths();
    fingerprint = builder.fingerprint();
  }

  /** Names of the tasks, such as {@code beir/nfcorpus queries}; a task id is an index into them. */
  public List<String> tasks() {
    return tasks;
  }

  /** How many n-grams, counted once for each task that holds them. */
  public int size() {
    return table.size();
  }

  /** Bytes of memory, and of a broadcast before compression. */
  public long bytes() {
    return table.bytes() + filter.bytes();
  }

  /** A hash of all tasks and n-grams: hits found with an equal index are equal. */
  public String fingerprint() {
    return "%016x".formatted(fingerprint);
  }

  /** All places of a document that hold an n-gram of a benchmark, in the order of their ends. */
  public Hits scan(Words words) {
    Hits.Builder hits = new Hits.Builder();
    UnitHashes units = new UnitHashes();
    boolean anyWords = wordLengths.length > 0;
    boolean anyCharacters = characterLengths.length > 0;
    int count = words.count();
    for (int word = 0; word < count; word++) {
      long key = words.key(word);
      if (key == 0) {
        continue;
      }
      units.append(key, word);
      if (anyWords && mayEnd(units, UnitHashes.SHORTEST_WORDS)) {
        collect(words, word, units, wordLengths, hits);
      }
      if (anyCharacters && mayEnd(units, UnitHashes.SHORTEST_CHARACTERS)) {
        collect(words, word, units, characterLengths, hits);
      }
    }
    return hits.build();
  }

  /** Whether the last units may be the end of an n-gram: what clean documents cost. */
  private boolean mayEnd(UnitHashes units, int shortest) {
    return units.units() >= shortest
        && filter.mayContain(NGramIndexBuilder.ending(units.last(shortest)));
  }

  private void collect(
      Words words, int lastWord, UnitHashes units, int[] lengths, Hits.Builder hits) {
    for (int length : lengths) {
      if (length > units.units()) {
        return;
      }
      long hash = UnitHashes.ngram(units.last(length), length);
      if (!filter.mayContain(hash)) {
        continue;
      }
      int start = words.start(units.firstWord(length));
      int end = words.end(lastWord);
      for (int entry = table.first(hash); entry >= 0; entry = table.next(entry)) {
        hits.add(hash, table.task(entry), start, end);
      }
    }
  }
}
