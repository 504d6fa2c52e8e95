package io.retromae.training.optimize;

import io.retromae.training.bert.BertModel;
import io.retromae.training.libtorch.FlatVector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Sums the gradients of a rank's logical shards in the order of a fixed binary tree, ((0 + 1) + (2
 * + 3)) + ..., with at most log2(n) + 2 vectors. Floating-point addition is not associative:
 * because ranks continue the same tree over their sums, the total has the same bits for every
 * number of workers that gives each a power of two of logical shards.
 */
public final class GradientTree {
  private final BertModel model;
  private final List<FlatVector> free = new ArrayList<>();
  private final Deque<Node> pending = new ArrayDeque<>();

  private record Node(FlatVector sum, int height) {}

  public GradientTree(BertModel model) {
    this.model = model;
  }

  /** A vector to write gradients into; its content is arbitrary. */
  public FlatVector borrow() {
    return free.isEmpty() ? model.newVector() : free.remove(free.size() - 1);
  }

  /** Gives a borrowed vector back. */
  public void release(FlatVector vector) {
    free.add(vector);
  }

  /** Adds {@code other} to {@code target}, element by element. */
  public void add(FlatVector target, FlatVector other) {
    model.add(target, other);
  }

  /** Adds the next leaf; the vector must not be touched until it is borrowed again. */
  public void push(FlatVector leaf) {
    Node node = new Node(leaf, 0);
    while (!pending.isEmpty() && pending.peek().height() == node.height()) {
      node = merge(pending.pop(), node);
    }
    pending.push(node);
  }

  /** The sum of all leaves pushed; the tree is empty afterwards. Release it after use. */
  public FlatVector sum() {
    Node node = pending.pop();
    while (!pending.isEmpty()) {
      node = merge(pending.pop(), node);
    }
    return node.sum();
  }

  private Node merge(Node left, Node right) {
    model.add(left.sum(), right.sum());
    release(right.sum());
    return new Node(left.sum(), left.height() + 1);
  }
}
