package io.retromae.finetune.pairs.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.etl.clean.Stages;
import io.retromae.etl.decontaminate.HeldOutDocuments;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.etl.plan.EtlFile;
import io.retromae.etl.plan.InputFiles;
import io.retromae.finetune.pairs.Benchmarks;
import io.retromae.finetune.pairs.PairRules;
import io.retromae.finetune.pairs.PairsConfig;
import io.retromae.spark.WorkFolder;
import io.retromae.training.bert.BertShape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a run will do, found before Spark starts: files, what is kept out, the model that judges.
 */
public final class PairsPlan {
  private static final int LISTED = 20;

  /** Settings that do not change what is written, or stand in the identity as they were decided. */
  private static final Set<String> NOT_AS_SET =
      Set.of(
          "output",
          "on_bad_file",
          "limits.max_quarantined_share",
          "consistency.model",
          "consistency.max_length",
          "consistency.compute.device");

  private final Resolved<PairsConfig> resolved;
  private final Storage storage;
  private final InputFiles inputs;
  private final HeldOutDocuments heldOut;
  private final Benchmarks benchmarks;
  private final Optional<EncoderFolder> encoder;
  private final Optional<EncoderSpec> judge;

  private PairsPlan(Storage storage, Resolved<PairsConfig> resolved) {
    PairsConfig config = resolved.value();
    this.storage = storage;
    this.resolved = resolved;
    this.inputs = InputFiles.find(storage, config.inputs(), config.files(), config.reader());
    InputFiles.refuse(inputs.problems());
    if (config.onBadFile() == EtlConfig.OnBadFile.STRICT) {
      inputs.refuseBad("on_bad_file: salvage lists such files and reads the others");
    }
    if (config.rules().isEmpty()) {
      throw new ConfigException("rules = []: without a rule no pair is made");
    }
    new PairRules(config.rules()); // refuses two of a source
    this.heldOut = HeldOutDocuments.read(storage, config.holdOut());
    this.benchmarks = Benchmarks.read(storage, config.decontaminate());
    this.encoder = config.consistency().model().map(model -> EncoderFolder.open(storage, model));
    this.judge =
        encoder.map(
            folder ->
                folder.spec(
                    new EncoderOptions(
                        Optional.empty(),
                        Optional.of(true), // cosines
                        config.consistency().maxLength(),
                        config.consistency().compute().tokensPerBatch(),
                        config.consistency().compute().device())));
  }

  /**
   * Makes it.
   *
   * @throws ConfigException with what the user has to mend
   * @throws io.retromae.core.failure.CorruptDataException in strict mode, naming all files that are
   *     seen to be broken
   */
  public static PairsPlan of(Storage storage, Resolved<PairsConfig> resolved) {
    return new PairsPlan(storage, resolved);
  }

  PairsConfig config() {
    return resolved.value();
  }

  String yaml() {
    return resolved.yaml();
  }

  /** Files to read, in the order of the inputs. */
  List<EtlFile> files() {
    return inputs.files();
  }

  MakeTask.KeptOut keptOut() {
    return new MakeTask.KeptOut(heldOut, benchmarks);
  }

  PairsContext context() {
    List<String> settings =
        resolved.settings().stream().map(s -> s.path() + "=" + s.value()).toList();
    return new PairsContext(
        settings, new WorkFolder(storage, storage.qualify(config().output())), judge);
  }

  /** The encoder that judges pairs, if one does. */
  public Optional<EncoderSpec> judge() {
    return judge;
  }

  /** Sizes of the encoder that judges. */
  public Optional<BertShape> judgeShape() {
    return encoder.map(EncoderFolder::shape);
  }

  /** Tasks that the inputs make at most. */
  public int units() {
    long split = config().reader().splitBytes();
    long units = files().stream().mapToLong(file -> 1 + file.size() / split).sum();
    return (int) Math.min(Integer.MAX_VALUE, units);
  }

  /** What the result depends on, by name. */
  Map<String, String> identity() {
    Map<String, String> identity = new TreeMap<>();
    Map<String, String> lineage = settings();
    lineage.keySet().removeAll(NOT_AS_SET);
    identity.putAll(lineage);
    identity.put("held out fingerprint", heldOut.fingerprint());
    identity.put("benchmarks fingerprint", benchmarks.fingerprint());
    Stages stages = context().stages(config());
    for (String path : stages.badWordLists()) {
      identity.put(
          "bad words " + path, Sha256.of(new String(storage.read(path), StandardCharsets.UTF_8)));
    }
    identity.put(
        "judge",
        encoder
            .map(
                folder ->
                    "%s, %d tokens, %s"
                        .formatted(
                            folder.fingerprint(),
                            judge.orElseThrow().maxLength(),
                            judge.orElseThrow().pooling()))
            .orElse("none"));
    return identity;
  }

  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    resolved.settings().forEach(s -> settings.put(s.path(), s.value()));
    return settings;
  }

  /** Each file, some of them. */
  public List<String> listing() {
    List<String> lines = new ArrayList<>();
    for (EtlFile file : files().subList(0, Math.min(LISTED, files().size()))) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%10.2f MB  %s, %s",
              file.size() / 1e6,
              file.path(),
              file.input().format().toString().toLowerCase(Locale.ROOT)));
    }
    if (files().size() > LISTED) {
      lines.add("and %,d more".formatted(files().size() - LISTED));
    }
    return lines;
  }

  /** Start-up lines. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "inputs   %,d files, %.1f MB; %,d others below their paths are not read",
            files().size(),
            files().stream().mapToLong(EtlFile::size).sum() / 1e6,
            inputs.unread().size()));
    inputs.bad().stream().limit(LISTED).forEach(file -> lines.add("bad file " + file));
    if (heldOut.size() > 0) {
      lines.add("hold out %,d documents by their ids".formatted(heldOut.size()));
    }
    lines.addAll(benchmarks.describe());
    lines.add(
        judge
            .map(
                spec ->
                    "judge    %s, %s pooling, sides of up to %d tokens; least cosine %s"
                        .formatted(
                            spec.folder(),
                            spec.pooling().name().toLowerCase(Locale.ROOT),
                            spec.maxLength(),
                            config().consistency().minSimilarity()))
            .orElse("judge    none: pairs are not filtered by a model (consistency.model)"));
    encoder.ifPresent(folder -> lines.addAll(folder.defaults().saidAloud()));
    return lines;
  }
}
