package io.retromae.etl.dedup;

import io.retromae.core.hash.SplitMix64;
import java.util.Arrays;

/**
 * Connected components of a graph whose nodes are longs; a component's root is its smallest node,
 * whatever the order of edges. About 30 bytes a node. Not thread-safe.
 */
final class UnionFind {
  private static final int EMPTY = -1;

  /** Index of a node, by hash; open addressing. */
  private int[] slots = new int[64];

  private long[] nodes = new long[32];
  private int[] parents = new int[32];
  private int count;

  UnionFind() {
    Arrays.fill(slots, EMPTY);
  }

  /** How many nodes. */
  int count() {
    return count;
  }

  /** The node of this index, in order of first appearance. */
  long node(int index) {
    return nodes[index];
  }

  /** The smallest node of the component of the node of this index. */
  long root(int index) {
    return nodes[find(index)];
  }

  /** Adds an edge. */
  void union(long a, long b) {
    int rootA = find(index(a));
    int rootB = find(index(b));
    if (nodes[rootA] < nodes[rootB]) {
      parents[rootB] = rootA;
    } else {
      parents[rootA] = rootB;
    }
  }

  private int find(int index) {
    int i = index;
    while (parents[i] != i) {
      parents[i] = parents[parents[i]]; // path halving
      i = parents[i];
    }
    return i;
  }

  private int index(long node) {
    int slot = slot(node);
    if (slots[slot] != EMPTY) {
      return slots[slot];
    }
    if (2 * (count + 1) > slots.length) {
      grow();
      slot = slot(node);
    }
    slots[slot] = count;
    nodes[count] = node;
    parents[count] = count;
    return count++;
  }

  private int slot(long node) {
    int mask = slots.length - 1;
    int slot = (int) SplitMix64.mix(node) & mask;
    while (slots[slot] != EMPTY && nodes[slots[slot]] != node) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    nodes = Arrays.copyOf(nodes, 2 * nodes.length);
    parents = Arrays.copyOf(parents, 2 * parents.length);
    slots = new int[2 * slots.length];
    Arrays.fill(slots, EMPTY);
    for (int i = 0; i < count; i++) {
      slots[slot(nodes[i])] = i;
    }
  }
}
