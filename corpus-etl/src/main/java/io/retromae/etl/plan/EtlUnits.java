package io.retromae.etl.plan;

import io.retromae.etl.source.Split;
import io.retromae.etl.source.SplitAgreement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The units of a run: the splits of all files, in order. */
public final class EtlUnits {
  private EtlUnits() {}

  /** A unit for each split of each file. */
  public static List<EtlUnit> of(List<EtlFile> files, List<List<Split>> splits) {
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
   * The units that give what one reading of each file would give, by {@link SplitAgreement}.
   *
   * @param errors by unit: empty, or the kind first
   */
  public static List<EtlUnit> mended(List<EtlUnit> units, List<List<String>> errors) {
    Map<Integer, List<EtlUnit>> byFile = new TreeMap<>();
    units.forEach(
        unit -> byFile.computeIfAbsent(unit.file().number(), n -> new ArrayList<>()).add(unit));
    List<EtlUnit> mended = new ArrayList<>();
    for (List<EtlUnit> file : byFile.values()) {
      List<Split> splits =
          SplitAgreement.mended(
              file.stream().map(EtlUnit::split).toList(),
              file.stream().map(unit -> kind(errors.get(unit.number()))).toList());
      for (int i = 0; i < file.size(); i++) {
        mended.add(file.get(i).with(splits.get(i)));
      }
    }
    return List.copyOf(mended);
  }

  private static String kind(List<String> error) {
    return error.isEmpty() ? "" : error.get(0);
  }
}
