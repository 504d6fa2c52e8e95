package io.retromae.finetune.mine;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.output.SuccessFile;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.embed.source.InputFile;
import io.retromae.spark.Receipts;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The output folder of a run: whose it is, how it ends. Report first, the manifest last; then what
 * nothing leads to is deleted.
 */
final class MiningFolder {
  private static final String WORK = "_work";
  private static final String INPUT_FILES = "input_files";
  private static final List<String> ENTRIES =
      List.of(WORK, SuccessFile.NAME, LinesTask.FOLDER, "report.md", "report.json");

  /** Settings that do not change what is written, or stand in the identity as what they led to. */
  private static final Set<String> NOT_AS_SET =
      Set.of(
          "output",
          "model",
          "query_vectors",
          "document_vectors",
          "inputs",
          "pool",
          "corpus",
          "compute.device",
          "compute.tokens_per_batch");

  private final Storage storage;
  private final Resolved<MiningConfig> resolved;
  private final MiningPlan plan;
  private final String path;
  private final OutputFolder folder;

  MiningFolder(Storage storage, Resolved<MiningConfig> resolved, MiningPlan plan) {
    this.storage = storage;
    this.resolved = resolved;
    this.plan = plan;
    this.path = storage.qualify(resolved.value().output());
    this.folder = new OutputFolder(storage, path, ENTRIES);
  }

  /** Qualified. */
  String path() {
    return path;
  }

  Receipts receipts() {
    return new Receipts(storage, path + "/" + WORK + "/receipts", LinesTask.FILE);
  }

  private Map<String, String> identity() {
    Map<String, String> identity = new TreeMap<>();
    resolved.settings().stream()
        .filter(setting -> !NOT_AS_SET.contains(setting.path()))
        .forEach(setting -> identity.put(setting.path(), setting.value()));
    identity.putAll(plan.vectors().identity());
    identity.put("texts fingerprint", plan.texts().fingerprint());
    identity.put("files", String.join(", ", plan.names()));
    return identity;
  }

  OutputFolder.Found check(OutputMode mode) {
    return folder.check(identity(), mode);
  }

  void claim(OutputMode mode) {
    folder.claim(identity(), resolved.yaml(), mode);
  }

  boolean isDone() {
    return MiningManifest.exists(storage, path);
  }

  private List<String> inputFiles() {
    return plan.files().stream().map(InputFile::identity).toList();
  }

  /**
   * Deletes what a kill behind the commit has left.
   *
   * @throws io.retromae.core.failure.ConfigException if the lines were made of other files
   */
  void finishedBefore() {
    MiningManifest manifest = MiningManifest.open(storage, path).orElseThrow();
    folder.refuseOtherInputs(manifest.lineage().get(INPUT_FILES), inputFiles());
    clean(manifest.files());
  }

  /** Makes the lines exist. */
  void publish(MiningReport report, List<LinesTask.Receipt> files, String sparkVersion) {
    if (isDone()) {
      throw new ClusterException(
          path + ": another run has finished it meanwhile; this one stops without a change");
    }
    String model = plan.vectors().name();
    storage.publish(
        path + "/report.md", ReportPage.of(report, model).getBytes(StandardCharsets.UTF_8));
    storage.publish(path + "/report.json", Receipts.toJson(report));
    Map<String, String> settings = new TreeMap<>();
    resolved.settings().forEach(setting -> settings.put(setting.path(), setting.value()));
    new MiningManifest(
            MiningManifest.LINES,
            MiningManifest.FORMAT_VERSION,
            "retromae-spark 0.1.0",
            model,
            plan.vectors().fingerprint(),
            files,
            Map.of("spark", sparkVersion, "settings", settings, INPUT_FILES, inputFiles()))
        .publish(storage, path);
    clean(files);
  }

  /** Deletes what attempts that were killed have left, and the work. */
  private void clean(List<LinesTask.Receipt> files) {
    Set<String> named = new HashSet<>();
    files.forEach(file -> named.add(storage.qualify(path + "/" + file.name())));
    OwnedFolder owned = new OwnedFolder(storage, path);
    storage.allFiles(path + "/" + LinesTask.FOLDER).stream()
        .map(StoredFile::path)
        .filter(file -> !named.contains(file))
        .forEach(owned::deleteListed);
    owned.delete(WORK);
  }
}
