package io.retromae.etl.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.TokenizerFiles;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlFile;
import io.retromae.etl.plan.EtlPlan;
import io.retromae.etl.report.EtlReport;
import io.retromae.etl.report.HtmlReport;
import io.retromae.etl.report.MarkdownReport;
import io.retromae.spark.Receipts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The end of a run: report, tokenizer and manifest are written, the commit last; then what nothing
 * leads to is deleted.
 */
final class CorpusCommit {
  private static final String INPUT_FILES = "input_files";
  private static final String REPORT = "report/report.json";

  private final Resolved<EtlConfig> resolved;
  private final Storage storage;
  private final String output;

  CorpusCommit(Resolved<EtlConfig> resolved, Storage storage, String output) {
    this.resolved = resolved;
    this.storage = storage;
    this.output = output;
  }

  /** The corpus folder. */
  String output() {
    return output;
  }

  /** Whether the corpus exists already. */
  boolean isDone() {
    return ShardManifest.exists(storage, output);
  }

  /**
   * The report of a corpus that exists already, without what a kill behind its commit left.
   *
   * @throws io.retromae.core.failure.ConfigException if it was made from other files
   */
  EtlReport finishedBefore(OutputFolder folder, List<EtlFile> files, Consumer<String> console) {
    folder.refuseOtherInputs(
        ShardManifest.open(storage, output).lineage().get(INPUT_FILES), identities(files));
    CorpusGarbage.delete(storage, output);
    console.accept(output + ": finished already by the same configuration");
    return folder.readReport(REPORT, EtlReport.class);
  }

  /**
   * Makes the corpus exist.
   *
   * @param lineage what the manifest is to say beside settings and inputs
   */
  void publish(
      EtlPlan plan,
      EtlReport report,
      List<CleanTask.Receipt> cleaned,
      List<ShardEntry> shards,
      Map<String, Object> lineage) {
    if (isDone()) {
      throw new ClusterException(
          output + ": another run has finished it meanwhile; this one stops without a change");
    }
    publishReport(report);
    EtlConfig config = resolved.value();
    int length = config.packing().maxSeqLength();
    Map<String, byte[]> tokenizer =
        TokenizerFiles.files(plan.vocabulary(), config.wordRules(), length);
    storage.publish(output + "/vocab.txt", tokenizer.get("vocab.txt"));
    new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "retromae-spark 0.1.0",
            plan.vocabulary().fingerprint(),
            plan.vocabulary().size(),
            config.wordRules().lowerCase(),
            config.wordRules().stripAccents(),
            config.wordRules().tokenizeChineseChars(),
            length,
            config.seed(),
            report.samples(),
            report.tokens(),
            shards,
            MixtureWeights.of(shards, report.counts(), config.weights()),
            lineage(plan.files(), cleaned, lineage))
        .publish(storage, output);
    CorpusGarbage.delete(storage, output);
  }

  /** Writes the report, also of a job that ends without a corpus. */
  void publishReport(EtlReport report) {
    storage.publish(output + "/" + REPORT, Receipts.toJson(report));
    publish("report/report.md", MarkdownReport.of(report));
    publish("report/report.html", HtmlReport.of(report));
  }

  private void publish(String name, String text) {
    storage.publish(output + "/" + name, text.getBytes(StandardCharsets.UTF_8));
  }

  private Map<String, Object> lineage(
      List<EtlFile> files, List<CleanTask.Receipt> cleaned, Map<String, Object> more) {
    Map<String, String> settings = new TreeMap<>();
    resolved.settings().forEach(s -> settings.put(s.path(), s.value()));
    Map<String, Object> lineage = new LinkedHashMap<>(more);
    lineage.put("settings", settings);
    lineage.put("settings_sha256", Sha256.of(settings.toString()));
    lineage.put(INPUT_FILES, identities(files));
    lineage.put("inputs", cleaned.stream().map(CorpusCommit::input).toList());
    lineage.put(CorpusGarbage.FILES, files(cleaned));
    return lineage;
  }

  private static Map<String, Object> input(CleanTask.Receipt receipt) {
    Map<String, Object> input = new LinkedHashMap<>();
    input.put("unit", receipt.unit());
    input.put("bytes", receipt.bytes());
    input.put("records", receipt.records());
    input.put("status", receipt.error().isEmpty() ? "whole" : receipt.error().get(0));
    return input;
  }

  /** Files beside the shards that belong to the corpus, as paths within it. */
  private List<String> files(List<CleanTask.Receipt> cleaned) {
    List<String> files = new ArrayList<>();
    for (CleanTask.Receipt receipt : cleaned) {
      if (!receipt.quarantine().isEmpty()) {
        files.add(receipt.quarantine());
      }
      if (resolved.value().keepCleaned()) {
        files.add(receipt.cleaned());
      }
    }
    return files;
  }

  private static List<String> identities(List<EtlFile> files) {
    return files.stream().map(EtlFile::identity).toList();
  }
}
