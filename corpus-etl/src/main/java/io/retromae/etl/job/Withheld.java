package io.retromae.etl.job;

import io.retromae.etl.decontaminate.CommonNGrams;
import io.retromae.etl.decontaminate.HeldOutDocuments;
import io.retromae.etl.dedup.FrequentLines;
import java.io.Serializable;
import java.util.List;

/**
 * What packing leaves out beside the rows of drop lists; broadcast to its tasks.
 *
 * @param dropLists whether every unit has a drop list
 * @param heldOut documents that are left out by their id
 * @param lines lines that many documents share
 * @param tasks names of benchmarks, by the ids in hits
 * @param common n-grams of benchmarks that are ignored
 */
record Withheld(
    boolean dropLists,
    HeldOutDocuments heldOut,
    FrequentLines lines,
    List<String> tasks,
    CommonNGrams common)
    implements Serializable {
  Withheld {
    tasks = List.copyOf(tasks);
  }

  /** Equal ones give equal samples, given equal drop lists. */
  String fingerprint() {
    return "%s %s %s %s %s"
        .formatted(
            dropLists, heldOut.fingerprint(), lines.fingerprint(), tasks, common.fingerprint());
  }
}
