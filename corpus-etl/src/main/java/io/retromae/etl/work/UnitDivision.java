package io.retromae.etl.work;

import io.retromae.etl.plan.EtlFile;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.plan.EtlUnits;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.Split;
import io.retromae.spark.WorkFolder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;

/** Files to units on the cluster: small files are one unit each, larger ones are divided. */
public final class UnitDivision {
  private UnitDivision() {}

  /**
   * The units of all files, in order; the same for any number of executors.
   *
   * @param group first part of the name of Spark's job group
   */
  public static List<EtlUnit> divide(
      JavaSparkContext spark,
      WorkFolder folder,
      ReaderSettings reader,
      List<EtlFile> files,
      String group) {
    long small = reader.splitBytes();
    List<EtlFile> large = files.stream().filter(file -> file.size() > small).toList();
    Set<Integer> divided = new HashSet<>();
    if (!large.isEmpty()) {
      spark.setJobGroup(group + "-split", "divide " + large.size() + " large files", true);
      List<Integer> done =
          spark
              .parallelize(large, large.size())
              .map(
                  file -> {
                    SplitTask.run(folder, reader, file);
                    return file.number();
                  })
              .collect();
      divided.addAll(done);
    }
    return EtlUnits.of(
        files,
        files.stream()
            .map(
                file ->
                    divided.contains(file.number()) ? splits(folder, file) : List.of(Split.WHOLE))
            .toList());
  }

  private static List<Split> splits(WorkFolder folder, EtlFile file) {
    return folder
        .receipts()
        .read(SplitTask.receipt(file), SplitTask.Receipt.class)
        .orElseThrow()
        .splits(folder);
  }
}
