package io.retromae.etl.job;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputFolder;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.report.EtlReport;
import io.retromae.etl.report.Reasons;
import io.retromae.etl.stage.StageCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The end of a job whose inputs are not what its settings say. The report and the quarantine stay
 * for the person who has to look; nothing is committed, and other settings may take the folder.
 */
final class CorpusRefusal {
  private final OutputFolder folder;
  private final CorpusCommit commit;

  CorpusRefusal(OutputFolder folder, CorpusCommit commit) {
    this.folder = folder;
    this.commit = commit;
  }

  /**
   * Ends the job.
   *
   * @param reasons a line each
   * @param report of what was done
   */
  CorruptDataException because(List<String> reasons, EtlReport report) {
    String why = String.join(System.lineSeparator(), reasons);
    commit.publishReport(report.refused(why));
    folder.giveUp(why);
    String look = "; see %s/report/report.md".formatted(commit.output());
    List<String> lines = new ArrayList<>(reasons);
    String last = lines.remove(lines.size() - 1);
    lines.add(last + look + (aside(report) ? " and quarantine/" : ""));
    return new CorruptDataException(lines);
  }

  private static boolean aside(EtlReport report) {
    return !report.quarantined().isEmpty();
  }

  /**
   * Why no corpus can come of what was read, as far as that is known before duplicates are.
   *
   * @param counts of what cleaning dropped
   */
  static List<String> reasons(
      EtlConfig config, InputCounts inputs, StageCounts.Counts counts, CleanPhase.Cleaned clean) {
    boolean salvage = config.onBadFile() == EtlConfig.OnBadFile.SALVAGE;
    List<String> refusals = inputs.refusals(config.limits(), salvage);
    boolean nothing = clean.receipts().stream().allMatch(receipt -> receipt.kept() == 0);
    return refusals.isEmpty() && nothing
        ? List.of(nothingLeft(inputs, counts, clean.receipts()))
        : refusals;
  }

  /** Says that nothing is left, and what took most. */
  static String nothingLeft(
      InputCounts inputs, StageCounts.Counts counts, List<CleanTask.Receipt> cleaned) {
    long records = inputs.inputs().stream().mapToLong(EtlReport.Input::records).sum();
    if (records == 0) {
      return cleaned.stream()
          .filter(receipt -> !receipt.error().isEmpty())
          .map(receipt -> "no record could be read: " + receipt.error().get(1))
          .findFirst()
          .orElse("no sample: the inputs hold no record");
    }
    Map<String, Long> reasons = new TreeMap<>();
    inputs.quarantined().forEach((reason, count) -> reasons.put("quarantined, " + reason, count));
    for (StageCounts.Row row : counts.rows()) {
      if (!row.reason().isEmpty()) {
        reasons.merge(
            "dropped by %s, %s".formatted(row.stage(), row.reason()),
            row.measure().documents(),
            Long::sum);
      }
    }
    Map.Entry<String, Long> most = Reasons.sorted(reasons).get(0);
    return "no sample is left of %,d records: %,d were %s"
        .formatted(records, most.getValue(), most.getKey());
  }
}
