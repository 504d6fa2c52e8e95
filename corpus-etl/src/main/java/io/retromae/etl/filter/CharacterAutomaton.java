package io.retromae.etl.filter;

import io.retromae.core.hash.SplitMix64;
import io.retromae.etl.text.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds all entries of a list in one walk over a text (Aho and Corasick 1975, Efficient string
 * matching, algorithms 1 to 3), case of ASCII letters ignored. States are numbered; steps lie in
 * one open hash table. Immutable once made.
 */
final class CharacterAutomaton implements BadWords.Entries {
  private static final int ROOT = 0;

  private final int[] fromRoot = new int[Character.MAX_VALUE + 1];
  private final long[] steps; // state, char: 0 where free
  private final int[] targets;
  private final int[] fallback; // state of the longest proper suffix that begins an entry
  private final int[] shorter; // nearest state along the fallbacks at which an entry ends
  private final int[] length; // of the entry that ends at the state, 0 if none does

  /** One step of the tree of entries. */
  private record Step(int from, char c, int to, int depth) {}

  /** An automaton of entries in lower case. */
  CharacterAutomaton(List<String> entries) {
    int most = 1 + entries.stream().mapToInt(String::length).sum();
    steps = new long[Integer.highestOneBit(most) * 4];
    targets = new int[steps.length];
    fallback = new int[most];
    shorter = new int[most];
    length = new int[most];
    List<Step> tree = new ArrayList<>();
    for (String entry : entries) {
      add(entry, tree);
    }
    tree.sort(Comparator.comparingInt(Step::depth));
    tree.forEach(this::link);
  }

  private void add(String entry, List<Step> tree) {
    int state = ROOT;
    for (int i = 0; i < entry.length(); i++) {
      char c = entry.charAt(i);
      int next = child(state, c);
      if (next == ROOT) {
        next = tree.size() + 1;
        tree.add(new Step(state, c, next, i));
        put(state, c, next);
      }
      state = next;
    }
    length[state] = entry.length();
  }

  private void put(int state, char c, int next) {
    if (state == ROOT) {
      fromRoot[c] = next;
      return;
    }
    int slot = slot(state, c);
    steps[slot] = step(state, c);
    targets[slot] = next;
  }

  /** Sets the fallback of a state; those nearer to the root are set already. */
  private void link(Step step) {
    int suffix = step.from() == ROOT ? ROOT : next(fallback[step.from()], step.c());
    fallback[step.to()] = suffix;
    shorter[step.to()] = length[suffix] > 0 ? suffix : shorter[suffix];
  }

  private static long step(int state, char c) {
    return (long) state << 16 | c; // never 0: steps from the root are kept apart
  }

  /** Where the step is, or the free place where it would be. */
  private int slot(int state, char c) {
    long step = step(state, c);
    int slot = (int) SplitMix64.mix(step) & steps.length - 1;
    while (steps[slot] != 0 && steps[slot] != step) {
      slot = slot + 1 & steps.length - 1;
    }
    return slot;
  }

  private int child(int state, char c) {
    return state == ROOT ? fromRoot[c] : targets[slot(state, c)];
  }

  private int next(int from, char c) {
    int state = from;
    int next = child(state, c);
    while (next == ROOT && state != ROOT) {
      state = fallback[state];
      next = child(state, c);
    }
    return next;
  }

  @Override
  public void find(Words words, Hits hits) {
    String text = words.text();
    int state = ROOT;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      state = next(state, c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
      if (state != ROOT) {
        for (int s = length[state] > 0 ? state : shorter[state]; s != ROOT; s = shorter[s]) {
          hits.add(i + 1 - length[s], i + 1);
        }
      }
    }
  }
}
