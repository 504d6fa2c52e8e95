package io.retromae.core.vocab;

import io.retromae.core.hash.SplitMix64;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens of a vocabulary by their characters, so that the longest token at a place is found in
 * one walk and without making strings. Immutable and thread-safe.
 */
final class PieceTrie {
  /** What {@link #longest} answers where no token matches. */
  static final long NO_MATCH = -1;

  private static final int NO_NODE = -1;
  private static final int NO_TOKEN = -1;
  private static final int ROOT = 0;

  /** Node and character of each edge plus one, in a hash table; 0 where free. */
  private final long[] edges;

  private final int[] children;
  private final int[] tokenOfNode;
  private final int continuation;
  private int nodes = 1;

  PieceTrie(List<String> tokens) {
    int characters = tokens.stream().mapToInt(String::length).sum();
    int slots = Integer.highestOneBit(Math.max(16, 2 * characters)) * 2;
    edges = new long[slots];
    children = new int[slots];
    tokenOfNode = new int[characters + 1];
    Arrays.fill(tokenOfNode, NO_TOKEN);
    for (int id = 0; id < tokens.size(); id++) {
      add(tokens.get(id), id);
    }
    int first = child(ROOT, '#');
    continuation = first == NO_NODE ? NO_NODE : child(first, '#');
  }

  private void add(String token, int id) {
    int node = ROOT;
    for (int i = 0; i < token.length(); i++) {
      int slot = slot(node, token.charAt(i));
      if (edges[slot] == 0) {
        edges[slot] = edge(node, token.charAt(i));
        children[slot] = nodes++;
      }
      node = children[slot];
    }
    tokenOfNode[node] = id;
  }

  private static long edge(int node, char c) {
    return ((long) node << Character.SIZE | c) + 1;
  }

  /** Where an edge is, or would be. */
  private int slot(int node, char c) {
    long edge = edge(node, c);
    int slot = (int) SplitMix64.mix(edge) & edges.length - 1;
    while (edges[slot] != 0 && edges[slot] != edge) {
      slot = slot + 1 & edges.length - 1;
    }
    return slot;
  }

  private int child(int node, char c) {
    int slot = slot(node, c);
    return edges[slot] == 0 ? NO_NODE : children[slot];
  }

  /**
   * The longest token that a part of a word begins with.
   *
   * @param from where the part begins; behind 0, only tokens that go on with a word match
   * @param to end of the word
   * @return end of the token in the upper and its id in the lower 32 bits, or {@link #NO_MATCH}
   */
  long longest(char[] word, int from, int to) {
    long best = NO_MATCH;
    int node = from == 0 ? ROOT : continuation;
    for (int i = from; i < to && node != NO_NODE; i++) {
      node = child(node, word[i]);
      if (node != NO_NODE && tokenOfNode[node] != NO_TOKEN) {
        best = (long) (i + 1) << Integer.SIZE | tokenOfNode[node];
      }
    }
    return best;
  }
}
