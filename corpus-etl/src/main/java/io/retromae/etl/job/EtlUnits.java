package io.retromae.etl.job;

import io.retromae.etl.source.FileError;
import io.retromae.etl.source.Split;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The units of a run: the splits of all files, in order. */
final class EtlUnits {
  private EtlUnits() {}

  /** A unit for each split of each file. */
  static List<EtlUnit> of(List<EtlFile> files, List<List<Split>> splits) {
    List<EtlUnit> units = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      long bytes = files.get(i).size() / splits.get(i).size();
      for (Split split : splits.get(i)) {
        units.add(new EtlUnit(units.size(), files.get(i), split, bytes));
      }
    }
    return List.copyOf(units);
  }

  /**
   * The units that give what one reading of each file would give. Behind an error nothing of a file
   * is read. A file whose splits do not meet is read by its first unit alone.
   *
   * @param errors by unit: empty, or the kind first
   */
  static List<EtlUnit> mended(List<EtlUnit> units, List<List<String>> errors) {
    Set<Integer> mismatched = new HashSet<>();
    for (EtlUnit unit : units) {
      List<String> error = errors.get(unit.number());
      if (!error.isEmpty() && error.get(0).equals(FileError.SPLIT_MISMATCH)) {
        mismatched.add(unit.file().number());
      }
    }
    List<EtlUnit> mended = new ArrayList<>();
    Set<Integer> ended = new HashSet<>();
    for (EtlUnit unit : units) {
      int file = unit.file().number();
      boolean alone = mismatched.contains(file);
      Split split = alone ? Split.WHOLE : unit.split();
      mended.add(unit.with(ended.contains(file) ? Split.NOTHING : split));
      if (alone || !errors.get(unit.number()).isEmpty()) {
        ended.add(file);
      }
    }
    return List.copyOf(mended);
  }
}
