package io.retromae.finetune.pairs.job;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.Leftovers;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.output.SuccessFile;
import io.retromae.core.storage.Storage;
import io.retromae.etl.plan.EtlFile;
import io.retromae.spark.Receipts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The output folder of a run: whose it is, how it ends. Report first, the manifest last. */
final class PairsCommit {
  private static final String INPUT_FILES = "input_files";
  private static final String REPORT = "report/report.json";
  private static final List<String> ENTRIES =
      List.of("_work", SuccessFile.NAME, "data", "quarantine", "report");

  private final Storage storage;
  private final PairsPlan plan;
  private final String output;
  private final OutputFolder folder;

  PairsCommit(Storage storage, PairsPlan plan) {
    this.storage = storage;
    this.plan = plan;
    this.output = storage.qualify(plan.config().output());
    this.folder = new OutputFolder(storage, output, ENTRIES);
  }

  OutputFolder.Found check(OutputMode mode) {
    return folder.check(plan.identity(), mode);
  }

  void claim(OutputMode mode) {
    folder.claim(plan.identity(), plan.yaml(), mode);
  }

  boolean isDone() {
    return PairsManifest.exists(storage, output);
  }

  /**
   * The report of pairs that exist already, without what a kill behind their commit left.
   *
   * @throws io.retromae.core.failure.ConfigException if they were made from other files
   */
  PairsReport finishedBefore() {
    PairsManifest manifest = PairsManifest.open(storage, output).orElseThrow();
    folder.refuseOtherInputs(manifest.lineage().get(INPUT_FILES), inputFiles());
    deleteLeftovers(manifest);
    return folder.readReport(REPORT, PairsReport.class);
  }

  private List<String> inputFiles() {
    return plan.files().stream().map(EtlFile::identity).toList();
  }

  private void deleteLeftovers(PairsManifest manifest) {
    List<String> leftovers =
        Leftovers.list(storage, output, List.of("data", "quarantine"), manifest.files());
    Leftovers.delete(storage, output, leftovers);
  }

  /** Makes the pairs exist. */
  void publish(
      PairsReport report,
      List<MakeTask.Receipt> made,
      List<PairsManifest.DataSet> sets,
      String sparkVersion) {
    if (isDone()) {
      throw new ClusterException(
          output + ": another run has finished it meanwhile; this one stops without a change");
    }
    publishReport(report);
    PairsManifest manifest =
        new PairsManifest(
            PairsManifest.PAIRS,
            PairsManifest.FORMAT_VERSION,
            "retromae-spark 0.1.0",
            report.counts().pairsOf(PairCounts.WRITTEN),
            sets,
            made.stream()
                .map(MakeTask.Receipt::quarantine)
                .filter(file -> !file.isEmpty())
                .toList(),
            Map.of("spark", sparkVersion, "settings", plan.settings(), INPUT_FILES, inputFiles()));
    manifest.publish(storage, output);
    deleteLeftovers(manifest);
  }

  private void publishReport(PairsReport report) {
    storage.publish(output + "/" + REPORT, Receipts.toJson(report));
    storage.publish(
        output + "/report/report.md", report.markdown().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Ends a run without a result. The report and the quarantine stay for the person who has to look;
   * other settings may take the folder.
   *
   * @param reasons a line each
   */
  CorruptDataException refusal(List<String> reasons, PairsReport report) {
    publishReport(report);
    folder.giveUp(reasons.get(0));
    List<String> lines = new ArrayList<>(reasons);
    int last = lines.size() - 1;
    lines.set(last, "%s; see %s/report/report.md".formatted(lines.get(last), output));
    return new CorruptDataException(lines);
  }
}
