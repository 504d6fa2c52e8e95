package io.retromae.finetune.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines that belong together: those of a file, or of several small ones.
 *
 * @param name for reports: of the file, without folder and endings
 * @param lines at least one; they may lie outside the heap, and are not copied
 * @param weight how often a line is read in an epoch, on average
 * @param ownNegatives whether queries are scored with their own groups only
 */
public record DataSet(String name, List<PairLine> lines, double weight, boolean ownNegatives) {
  /** Ending of the name of a file or folder whose queries are scored with their groups only. */
  static final String OWN_NEGATIVES = "no_in_batch_neg";

  /** Checks that there is something to read. */
  public DataSet {
    if (lines.isEmpty() || !(weight > 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          "data set %s of %d lines, weight %s".formatted(name, lines.size(), weight));
    }
  }

  /** Whether the name of a file or of one of its folders says so. */
  static boolean hasOwnNegatives(String path) {
    String folder = path.substring(0, path.lastIndexOf('/') + 1);
    return folder.contains(OWN_NEGATIVES + "/")
        || TrainingPairs.nameOf(path).endsWith(OWN_NEGATIVES);
  }

  /** What its first line says of all. */
  PairLine.Traits traits() {
    return lines.get(0).traits();
  }

  /** Data sets of one folder, and those that were too small. */
  record Folder(List<DataSet> kept, List<DataSet> dropped) {}

  /**
   * Joins data sets of one folder with fewer lines than {@code small}, those that are trained alike
   * with each other, and drops what then has fewer than {@code drop}.
   */
  static Folder joined(List<DataSet> sets, int small, int drop) {
    List<DataSet> joined = new ArrayList<>();
    for (DataSet set : sets) {
      int like = -1;
      for (int i = 0; i < joined.size() && set.lines.size() < small; i++) {
        like = joined.get(i).lines.size() < small && joined.get(i).trainsLike(set) ? i : like;
      }
      if (like < 0) {
        joined.add(set);
      } else {
        joined.set(like, joined.get(like).with(set));
      }
    }
    return new Folder(
        joined.stream().filter(set -> set.lines.size() >= drop).toList(),
        joined.stream().filter(set -> set.lines.size() < drop).toList());
  }

  private boolean trainsLike(DataSet other) {
    PairLine.Traits a = traits();
    PairLine.Traits b = other.traits();
    return ownNegatives == other.ownNegatives
        && weight == other.weight
        && a.kind() == b.kind()
        && a.batchSize().equals(b.batchSize())
        && a.groupSize().equals(b.groupSize());
  }

  private DataSet with(DataSet other) {
    List<PairLine> both = new JoinedLines(List.of(lines, other.lines));
    return new DataSet(name + "+" + other.name, both, weight, ownNegatives);
  }
}
