package io.retromae.embed.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.output.SuccessFile;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.source.InputFile;
import io.retromae.spark.Receipts;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The output folder of a run: whose it is, how it ends. Report first, the manifest last; then what
 * nothing leads to is deleted.
 */
final class EmbedCommit {
  private static final String INPUT_FILES = "input_files";
  private static final String REPORT = "report.json";
  private static final List<String> ENTRIES =
      List.of("_work", SuccessFile.NAME, "vectors", "npy", REPORT);

  /** Settings that do not change what is written, or stand in the identity as they were decided. */
  private static final Set<String> NOT_AS_SET =
      Set.of(
          "output",
          "on_bad_record",
          "limits.max_bad_share",
          "model",
          "kind",
          "instruction",
          "pooling",
          "normalize",
          "max_length");

  private final Storage storage;
  private final Resolved<EmbedConfig> resolved;
  private final EmbedPlan plan;
  private final String output;
  private final OutputFolder folder;

  EmbedCommit(Storage storage, Resolved<EmbedConfig> resolved, EmbedPlan plan) {
    this.storage = storage;
    this.resolved = resolved;
    this.plan = plan;
    this.output = storage.qualify(resolved.value().output());
    this.folder = new OutputFolder(storage, output, ENTRIES);
  }

  private Map<String, String> identity() {
    EncoderSpec spec = plan.encoder();
    Map<String, String> identity = new TreeMap<>();
    resolved.settings().stream()
        .filter(setting -> !NOT_AS_SET.contains(setting.path()))
        .forEach(setting -> identity.put(setting.path(), setting.value()));
    identity.put("model fingerprint", plan.folder().fingerprint());
    identity.put("instruction", "'" + plan.instruction() + "'");
    identity.put("pooling", spec.pooling().name().toLowerCase(Locale.ROOT));
    identity.put("normalize", Boolean.toString(spec.normalize()));
    identity.put("max_length", Integer.toString(spec.maxLength()));
    return identity;
  }

  /** What the run would find in its output folder; changes nothing. */
  OutputFolder.Found check(OutputMode mode) {
    return folder.check(identity(), mode);
  }

  /** Takes the output folder. */
  void claim(OutputMode mode) {
    folder.claim(identity(), resolved.yaml(), mode);
  }

  /** Whether the vectors exist already. */
  boolean isDone() {
    return VectorManifest.exists(storage, output);
  }

  /**
   * The report of vectors that exist already, without what a kill behind their commit left.
   *
   * @throws io.retromae.core.failure.ConfigException if they were made from other files
   */
  EmbedReport finishedBefore() {
    folder.refuseOtherInputs(
        VectorManifest.open(storage, output).lineage().get(INPUT_FILES), inputFiles());
    VectorGarbage.delete(storage, output);
    return folder.readReport(REPORT, EmbedReport.class);
  }

  private List<String> inputFiles() {
    return plan.files().stream().map(InputFile::identity).toList();
  }

  /** Makes the vectors exist. */
  void publish(EmbedReport report, List<EncodeTask.Receipt> receipts, String sparkVersion) {
    if (isDone()) {
      throw new ClusterException(
          output + ": another run has finished it meanwhile; this one stops without a change");
    }
    publishReport(report);
    EncoderSpec spec = plan.encoder();
    new VectorManifest(
            VectorManifest.VECTORS,
            VectorManifest.FORMAT_VERSION,
            "retromae-spark 0.1.0",
            spec.folder(),
            plan.folder().fingerprint(),
            plan.instruction(),
            spec.pooling().name().toLowerCase(Locale.ROOT),
            spec.normalize(),
            spec.maxLength(),
            plan.folder().width(),
            report.embedded() + report.absent(),
            report.absent(),
            receipts.stream().flatMap(receipt -> receipt.vectors().stream()).toList(),
            lineage(sparkVersion))
        .publish(storage, output);
    VectorGarbage.delete(storage, output);
  }

  private void publishReport(EmbedReport report) {
    storage.publish(output + "/" + REPORT, Receipts.toJson(report));
  }

  private Map<String, Object> lineage(String sparkVersion) {
    Map<String, String> settings = new TreeMap<>();
    resolved.settings().forEach(setting -> settings.put(setting.path(), setting.value()));
    return Map.of("spark", sparkVersion, "settings", settings, INPUT_FILES, inputFiles());
  }

  /**
   * Ends a run whose inputs are not what its settings say. The report stays for the person who has
   * to look; other settings may take the folder.
   *
   * @param reasons a line each
   */
  CorruptDataException refusal(List<String> reasons, EmbedReport report) {
    publishReport(report);
    folder.giveUp(reasons.get(reasons.size() - 1));
    return new CorruptDataException(reasons);
  }
}
