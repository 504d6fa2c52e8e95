package io.retromae.finetune.heldout;

import io.retromae.core.hash.SplitMix64;
import io.retromae.finetune.data.DataSet;
import io.retromae.finetune.data.PairLine;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which lines are held out of training: those whose queries have the smallest hashes, so that lines
 * of equal queries stay together, whichever data sets they are of, and that a line more or less
 * changes few others.
 *
 * @param ofSets numbers of a data set's lines, ascending; one list a data set
 */
public record HeldOutLines(List<List<Integer>> ofSets) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** None of any data set. */
  public static final HeldOutLines NONE = new HeldOutLines(List.of());

  /** Copies the lists. */
  public HeldOutLines {
    ofSets = ofSets.stream().map(List::copyOf).toList();
  }

  /** A line. */
  private record Place(int set, int line) {}

  /**
   * Holds out so many lines, or a few more where the last ones have equal queries. Reads every line
   * once, if any is wanted.
   */
  public static HeldOutLines choose(List<DataSet> sets, int wanted) {
    if (wanted == 0) {
      return NONE;
    }
    TreeMap<Long, List<Place>> smallest = new TreeMap<>();
    int held = 0;
    for (int set = 0; set < sets.size(); set++) {
      List<PairLine> lines = sets.get(set).lines();
      for (int line = 0; line < lines.size(); line++) {
        long hash = SplitMix64.hash(lines.get(line).query());
        if (held < wanted || hash <= smallest.lastKey()) {
          smallest.computeIfAbsent(hash, h -> new ArrayList<>()).add(new Place(set, line));
          held++;
          Map.Entry<Long, List<Place>> largest = smallest.lastEntry();
          if (held - largest.getValue().size() >= wanted) {
            held -= largest.getValue().size();
            smallest.remove(largest.getKey());
          }
        }
      }
    }
    List<List<Integer>> ofSets = new ArrayList<>();
    sets.forEach(set -> ofSets.add(new ArrayList<>()));
    smallest.values().forEach(of -> of.forEach(place -> ofSets.get(place.set()).add(place.line())));
    ofSets.forEach(lines -> lines.sort(null));
    return new HeldOutLines(ofSets);
  }

  /** How many they are. */
  public int count() {
    return ofSets.stream().mapToInt(List::size).sum();
  }

  /**
   * What is trained on: data sets without the held-out lines; one of which nothing is left goes.
   */
  public List<DataSet> trained(List<DataSet> sets) {
    List<DataSet> trained = new ArrayList<>();
    for (int i = 0; i < sets.size(); i++) {
      DataSet set = sets.get(i);
      List<Integer> out = i < ofSets.size() ? ofSets.get(i) : List.of();
      if (out.isEmpty()) {
        trained.add(set);
      } else if (out.size() < set.lines().size()) {
        int[] numbers = out.stream().mapToInt(Integer::intValue).toArray();
        List<PairLine> lines = new RemainingLines(set.lines(), numbers);
        trained.add(new DataSet(set.name(), lines, set.weight(), set.ownNegatives()));
      }
    }
    return trained;
  }

  /** What is held out: each line once, whatever its data set's weight. */
  public List<DataSet> heldOut(List<DataSet> sets) {
    List<DataSet> heldOut = new ArrayList<>();
    for (int i = 0; i < ofSets.size(); i++) {
      DataSet set = sets.get(i);
      List<PairLine> lines = ofSets.get(i).stream().map(set.lines()::get).toList();
      if (!lines.isEmpty()) {
        heldOut.add(new DataSet(set.name(), lines, 1, set.ownNegatives()));
      }
    }
    return heldOut;
  }
}
