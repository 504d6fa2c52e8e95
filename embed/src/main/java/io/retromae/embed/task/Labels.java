package io.retromae.embed.task;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Labels as numbers: whole numbers themselves, else places in the sorted list of labels. */
final class Labels {
  private final Map<String, Integer> numbers = new HashMap<>();

  Labels(List<String> all) {
    TreeSet<String> distinct = new TreeSet<>(all);
    boolean whole = distinct.stream().allMatch(label -> label.matches("-?\\d{1,9}"));
    for (String label : distinct) {
      numbers.put(label, whole ? Integer.parseInt(label) : numbers.size());
    }
  }

  int[] of(List<String> labels) {
    return labels.stream().mapToInt(numbers::get).toArray();
  }
}
