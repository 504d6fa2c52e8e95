package io.retromae.etl.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.retromae.core.config.Resolved;
import io.retromae.core.hash.Sha256;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.etl.clean.Stages;
import io.retromae.etl.decontaminate.BenchmarkIndexing;
import io.retromae.etl.decontaminate.BenchmarkReport;
import io.retromae.etl.decontaminate.HeldOutDocuments;
import io.retromae.etl.decontaminate.Part;
import io.retromae.etl.normalize.Normalizer;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlPlan;
import io.retromae.etl.work.EtlContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a run has before its first task: what tasks get, the benchmarks to keep out, and the output
 * folder with all that its content depends on.
 *
 * @param context what every task gets
 * @param benchmarks indexed
 * @param heldOut documents to leave out by their id
 * @param folder the corpus folder
 * @param identity what the shards depend on, by name
 */
record Preparation(
    EtlContext context,
    BenchmarkIndexing benchmarks,
    HeldOutDocuments heldOut,
    OutputFolder folder,
    Map<String, String> identity) {
  private static final List<String> ENTRIES =
      List.of(
          "_work",
          "_SUCCESS.json",
          "_manifest.json.1",
          "data",
          "cleaned",
          "quarantine",
          "report",
          "vocab.txt");

  /** Settings that do not change what is written; a run with others goes on with the work. */
  private static final Set<String> UNCHANGING =
      Set.of("output", "on_bad_file", "limits.max_quarantined_share");

  /** Reads what the settings name: lists of words, benchmarks. */
  static Preparation of(Resolved<EtlConfig> resolved, Storage storage, EtlPlan plan) {
    EtlConfig config = resolved.value();
    String output = storage.qualify(config.output());
    EtlContext context = new EtlContext(settings(resolved, storage), storage, output);
    Stages stages = Stages.of(config.filters(), context.settingsBelow("filters."), storage);
    BenchmarkIndexing benchmarks =
        BenchmarkIndexing.of(storage, config.decontaminate(), Normalizer::normalize);
    Map<String, String> identity = identity(resolved);
    for (String path : stages.badWordLists()) {
      identity.put("bad words " + path, Sha256.of(new String(storage.read(path), UTF_8)));
    }
    identity.put("vocabulary fingerprint", plan.vocabulary().fingerprint());
    identity.put("benchmarks fingerprint", benchmarks.index().fingerprint());
    HeldOutDocuments heldOut = HeldOutDocuments.read(storage, config.holdOut());
    identity.put("held out fingerprint", heldOut.fingerprint());
    return new Preparation(
        context, benchmarks, heldOut, new OutputFolder(storage, output, ENTRIES), identity);
  }

  /** Assignments for executors, whose working folder is another: the vocabulary's path is whole. */
  private static List<String> settings(Resolved<EtlConfig> resolved, Storage storage) {
    return resolved.settings().stream()
        .map(
            setting ->
                setting.path().equals("vocab")
                    ? "vocab=" + storage.qualify(resolved.value().vocab())
                    : setting.path() + "=" + setting.value())
        .toList();
  }

  private static Map<String, String> identity(Resolved<EtlConfig> resolved) {
    Map<String, String> identity = new TreeMap<>();
    resolved.settings().stream()
        .filter(s -> !UNCHANGING.contains(s.path()))
        .forEach(s -> identity.put(s.path(), s.value()));
    return identity;
  }

  /** What the run would find in its output folder; changes nothing. */
  OutputFolder.Found check(OutputMode mode) {
    return folder.check(identity, mode);
  }

  /** Takes the output folder. */
  void claim(String yaml, OutputMode mode) {
    folder.claim(identity, yaml, mode);
  }

  /** What the manifest says of it, and of Spark. */
  Map<String, Object> lineage(String sparkVersion) {
    Map<String, Object> lineage = new LinkedHashMap<>();
    lineage.put("spark", sparkVersion);
    lineage.put(ShardManifest.KEPT_OUT, benchmarks.keptOut());
    lineage.put("held_out_documents", heldOut.size());
    return lineage;
  }

  /** Start-up lines: what is kept out. */
  List<String> describe() {
    List<String> lines = new ArrayList<>();
    if (heldOut.size() > 0) {
      lines.add("hold out %,d documents by their ids".formatted(heldOut.size()));
    }
    for (BenchmarkReport report : benchmarks.reports()) {
      lines.add(
          "keep out %s: %,d queries, %,d passages, %,d bad records"
              .formatted(
                  report.set(),
                  report.texts(Part.QUERIES),
                  report.texts(Part.PASSAGES),
                  report.badRecords()));
    }
    return lines;
  }
}
