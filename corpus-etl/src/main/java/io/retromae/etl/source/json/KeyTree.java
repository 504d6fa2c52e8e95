package io.retromae.etl.source.json;

import io.retromae.etl.source.Columns;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The keys that lead to the columns of a record. A column {@code a.b} is the key {@code a.b} itself
 * or the key {@code b} of the object {@code a}: a key that literally holds the dot wins.
 */
final class KeyTree {
  /** A key that leads nowhere. */
  static final Branch NONE = new Branch("");

  /** A column that lies deeper is looked for among the keys of so many objects. */
  private static final int MOST_LEVELS = 8;

  private final List<Branch> branches = new ArrayList<>();

  /** What lies behind a key. */
  static final class Branch {
    private static final int NO_PART = -1;

    private final String key;
    private final byte[] utf8;
    private final KeyTree below = new KeyTree();
    private int part = NO_PART;
    private int rank;

    private Branch(String key) {
      this.key = key;
      this.utf8 = key.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether its value is a part of the record. */
    boolean isPart() {
      return part != NO_PART;
    }

    /** Which part, see {@link Columns}. */
    int part() {
      return part;
    }

    /** Of two values of one part the one of lower rank counts, of equal ones the later. */
    int rank() {
      return rank;
    }

    /** Whether the keys of its value matter. */
    boolean leadsOn() {
      return !below.branches.isEmpty();
    }

    /** The keys of its value. */
    KeyTree below() {
      return below;
    }
  }

  /** The keys that lead to some columns. */
  static KeyTree of(Columns columns) {
    KeyTree tree = new KeyTree();
    tree.add(columns.text(), Columns.TEXT, 0);
    if (!columns.title().isEmpty()) {
      tree.add(columns.title(), Columns.TITLE, 0);
    }
    for (int i = 0; i < columns.sets().size(); i++) {
      tree.add(columns.sets().get(i), Columns.SET, i);
    }
    return tree;
  }

  /**
   * Adds a column.
   *
   * @param preference 0 for the first choice of a part
   */
  private void add(String column, int part, int preference) {
    String[] names = column.split("\\.", MOST_LEVELS);
    add(names, 0, part, preference * (MOST_LEVELS + 1));
  }

  private void add(String[] names, int from, int part, int rank) {
    for (int to = from + 1; to <= names.length; to++) {
      Branch branch = branch(String.join(".", Arrays.copyOfRange(names, from, to)));
      if (to == names.length) {
        branch.part = part;
        branch.rank = rank;
      } else {
        branch.below.add(names, to, part, rank + 1);
      }
    }
  }

  private Branch branch(String key) {
    Branch known = find(key);
    if (known != NONE) {
      return known;
    }
    Branch branch = new Branch(key);
    branches.add(branch);
    return branch;
  }

  /** What lies behind a key. */
  Branch find(String key) {
    for (Branch branch : branches) {
      if (branch.key.equals(key)) {
        return branch;
      }
    }
    return NONE;
  }

  /** The same by the key's bytes, without making a text of every key. */
  Branch find(byte[] bytes, int from, int to) {
    for (Branch branch : branches) {
      if (Arrays.equals(bytes, from, to, branch.utf8, 0, branch.utf8.length)) {
        return branch;
      }
    }
    return NONE;
  }
}
