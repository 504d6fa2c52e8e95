package io.retromae.etl.tokenize;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.vocab.Vocabulary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Trains a WordPiece vocabulary as Hugging Face's trainer does: characters first, then the most
 * frequent pair of neighbouring pieces is merged, again and again (byte-pair encoding, Sennrich et
 * al. 2016, arXiv:1508.07909, algorithm 1). Ties go to the smaller pair of ids, so that equal
 * counts give equal vocabularies.
 */
public final class VocabularyTrainer {
  private final int size;
  private final int maxAlphabet;
  private final List<String> tokens = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();

  /**
   * A trainer.
   *
   * @param size tokens wanted, special ones included
   * @param maxAlphabet most characters; rarer ones become [UNK]
   */
  public VocabularyTrainer(int size, int maxAlphabet) {
    this.size = size;
    this.maxAlphabet = maxAlphabet;
  }

  private record Pair(int left, int right) {}

  private record Candidate(Pair pair, long count) {
    static final Comparator<Candidate> BEST_FIRST =
        Comparator.comparingLong(Candidate::count)
            .reversed()
            .thenComparingInt(c -> c.pair.left)
            .thenComparingInt(c -> c.pair.right);
  }

  /**
   * Trains on word counts.
   *
   * @param counts word to occurrences
   * @throws ConfigException if the characters alone are more tokens than wanted
   */
  public Vocabulary train(Map<String, Long> counts) {
    Vocabulary.SPECIAL_TOKENS.forEach(this::add);
    Set<Integer> alphabet = alphabet(counts);
    List<int[]> words = new ArrayList<>();
    List<Long> weights = new ArrayList<>();
    new TreeMap<>(counts)
        .forEach(
            (word, count) -> {
              if (word.codePoints().allMatch(alphabet::contains)) {
                words.add(characters(word));
                weights.add(count);
              }
            });
    if (tokens.size() > size) {
      throw new ConfigException(
          "size = %,d: special tokens and characters, as beginnings and as ##, are %,d tokens; lower max_alphabet (%,d) or raise size"
              .formatted(size, tokens.size(), maxAlphabet));
    }
    merge(words, weights);
    return Vocabulary.of(tokens);
  }

  private Set<Integer> alphabet(Map<String, Long> counts) {
    Map<Integer, Long> characters = new TreeMap<>();
    counts.forEach(
        (word, count) -> word.codePoints().forEach(c -> characters.merge(c, count, Long::sum)));
    List<Integer> byCount = new ArrayList<>(characters.keySet());
    byCount.sort(Comparator.comparingLong((Integer c) -> characters.get(c)).reversed());
    List<Integer> kept = byCount.subList(0, Math.min(maxAlphabet, byCount.size()));
    kept.stream().sorted().forEach(c -> add(Character.toString(c)));
    return new LinkedHashSet<>(kept);
  }

  private int[] characters(String word) {
    int[] codePoints = word.codePoints().toArray();
    int[] pieces = new int[codePoints.length];
    for (int i = 0; i < pieces.length; i++) {
      String character = Character.toString(codePoints[i]);
      pieces[i] = add(i == 0 ? character : "##" + character);
    }
    return pieces;
  }

  private int add(String token) {
    Integer known = ids.get(token);
    if (known != null) {
      return known;
    }
    ids.put(token, tokens.size());
    tokens.add(token);
    return tokens.size() - 1;
  }

  private void merge(List<int[]> words, List<Long> weights) {
    Map<Pair, Long> counts = new HashMap<>();
    Map<Pair, Set<Integer>> where = new HashMap<>();
    for (int w = 0; w < words.size(); w++) {
      count(words.get(w), weights.get(w), w, counts, where);
    }
    PriorityQueue<Candidate> queue = new PriorityQueue<>(Candidate.BEST_FIRST);
    counts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
    while (tokens.size() < size && !queue.isEmpty()) {
      Candidate best = queue.poll();
      long current = counts.getOrDefault(best.pair(), 0L);
      if (current != best.count()) { // counted again since it was queued
        if (current > 0) {
          queue.add(new Candidate(best.pair(), current));
        }
        continue;
      }
      Pair pair = best.pair();
      String right = tokens.get(pair.right());
      int merged = add(tokens.get(pair.left()) + right.substring("##".length()));
      Set<Pair> changed = new HashSet<>();
      for (int w : List.copyOf(where.get(pair))) {
        int[] before = words.get(w);
        count(before, -weights.get(w), w, counts, where);
        int[] after = replace(before, pair, merged);
        words.set(w, after);
        count(after, weights.get(w), w, counts, where);
        for (int i = 0; i + 1 < after.length; i++) {
          changed.add(new Pair(after[i], after[i + 1]));
        }
      }
      counts.remove(pair);
      for (Pair p : changed) {
        if (p.left() == merged || p.right() == merged) {
          queue.add(new Candidate(p, counts.getOrDefault(p, 0L)));
        }
      }
    }
  }

  private static void count(
      int[] word, long weight, int index, Map<Pair, Long> counts, Map<Pair, Set<Integer>> where) {
    for (int i = 0; i + 1 < word.length; i++) {
      Pair pair = new Pair(word[i], word[i + 1]);
      counts.merge(pair, weight, Long::sum);
      Set<Integer> places = where.computeIfAbsent(pair, p -> new HashSet<>());
      if (weight > 0) {
        places.add(index);
      } else {
        places.remove(index);
      }
    }
  }

  private static int[] replace(int[] word, Pair pair, int merged) {
    int[] out = new int[word.length];
    int n = 0;
    for (int i = 0; i < word.length; i++) {
      boolean here = i + 1 < word.length && word[i] == pair.left() && word[i + 1] == pair.right();
      out[n++] = here ? merged : word[i];
      i += here ? 1 : 0;
    }
    return java.util.Arrays.copyOf(out, n);
  }
}
