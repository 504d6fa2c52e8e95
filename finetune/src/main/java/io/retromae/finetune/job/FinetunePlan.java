package io.retromae.finetune.job;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.core.vocab.WordRules;
import io.retromae.embed.probe.ProbeTasks;
import io.retromae.finetune.config.DataSettings;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.config.ObjectiveSettings;
import io.retromae.finetune.contrastive.ContrastiveObjective;
import io.retromae.finetune.data.BatchPlan;
import io.retromae.finetune.data.DataSet;
import io.retromae.finetune.data.LengthSample;
import io.retromae.finetune.data.PairFile;
import io.retromae.finetune.data.PassageCorpus;
import io.retromae.finetune.data.TrainingPairs;
import io.retromae.finetune.estimate.FinetuneCost;
import io.retromae.finetune.heldout.HeldOut;
import io.retromae.finetune.heldout.HeldOutLines;
import io.retromae.training.attempt.ClusterChecks;
import io.retromae.training.attempt.ResumePoint;
import io.retromae.training.bert.BertShape;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.estimate.TrainingCost;
import io.retromae.training.huggingface.StartFingerprint;
import io.retromae.training.loop.LossReduction;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.measure.SelectionRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a run will do, worked out from settings and data before Spark starts.
 *
 * @param pairs what it trains on
 * @param heldOut lines of it that are held out
 * @param probe tasks that the model is tried on
 * @param start the model it begins with
 * @param startFingerprint tells the first weights from others; empty where they cannot be read any
 *     more
 * @param epochEnds steps done at the end of each epoch
 * @param leftOver lines, repeats counted, that fill no batch of the first epoch
 * @param lengths of rows, of each data set by some of its lines
 */
public record FinetunePlan(
    TrainingPairs pairs,
    HeldOutLines heldOut,
    ProbeTasks probe,
    FinetuneStart start,
    Optional<String> startFingerprint,
    List<Long> epochEnds,
    long leftOver,
    List<LengthSample> lengths) {
  private static final int SETS_SHOWN = 20;

  /** Lines that tell how long rows are. */
  private static final int SAMPLE_LINES = 1_024;

  private static final int LEAST_SAMPLE = 4;

  /**
   * Checks everything that can be checked without a cluster.
   *
   * @param mode whether a checkpoint in the run's folder is gone on from
   * @throws ConfigException with what the user has to mend
   * @throws io.retromae.core.failure.CorruptDataException naming bad lines, if they are to fail
   */
  public static FinetunePlan of(Storage storage, FinetuneConfig config, OutputMode mode)
      throws IOException {
    ClusterChecks.check(config.training(), config.data().logicalShards());
    Optional<String> checkpoint = ResumePoint.of(storage, config.output(), mode);
    FinetuneStart start = FinetuneStart.of(storage, config, checkpoint);
    start.origin().check();
    return of(storage, config, start, StartFingerprint.of(storage, start.from(), checkpoint));
  }

  /**
   * What a run would do that begins with a model of these sizes, which is still to be made.
   *
   * @throws ConfigException with what the user has to mend
   */
  public static FinetunePlan toCome(
      Storage storage,
      FinetuneConfig config,
      BertShape shape,
      Vocabulary vocabulary,
      WordRules wordRules)
      throws IOException {
    ClusterChecks.check(config.training(), config.data().logicalShards());
    FinetuneStart start = FinetuneStart.toCome(config, shape, vocabulary, wordRules);
    return of(storage, config, start, Optional.empty());
  }

  private static FinetunePlan of(
      Storage storage,
      FinetuneConfig config,
      FinetuneStart start,
      Optional<String> startFingerprint)
      throws IOException {
    TrainingPairs pairs = pairs(storage, config);
    BatchPlan.Rules rules = config.data().rules(config.schedule().seed());
    HeldOutLines heldOut = HeldOutLines.choose(pairs.sets(), config.evaluation().holdoutLines());
    heldOut(config, start, pairs, heldOut).ifPresent(HeldOut::check);
    List<DataSet> trained = heldOut.trained(pairs.sets());
    if (trained.isEmpty()) {
      throw new ConfigException(
          "evaluation.holdout_lines = %d: data.train has no more than %,d lines, none would be trained on"
              .formatted(config.evaluation().holdoutLines(), pairs.lines()));
    }
    new SetChecks(config).check(trained);
    ProbeTasks probe = probe(storage, config, start);
    checkSelection(config, pairs, heldOut, probe);
    BatchPlan first = BatchPlan.of(trained, rules, 0);
    return new FinetunePlan(
        pairs,
        heldOut,
        probe,
        start,
        startFingerprint,
        RunPlan.epochEnds(
            config.schedule().numTrainEpochs(),
            config.schedule().maxSteps(),
            epoch -> BatchPlan.steps(trained, rules, epoch)),
        first.leftOut(),
        lengths(config, start, pairs));
  }

  /** The tasks that the settings name. */
  static ProbeTasks probe(Storage storage, FinetuneConfig config, FinetuneStart start) {
    return ProbeTasks.read(
        storage, config.evaluation().probe(), start.words(), start.shape(), Optional.empty());
  }

  /** Tells what workers read from anything else. */
  static String dataFingerprint(TrainingPairs pairs, ProbeTasks probe) {
    return probe.isEmpty()
        ? pairs.fingerprint()
        : Sha256.of(pairs.fingerprint() + " " + probe.fingerprint());
  }

  /** What is held out, with batches of its own; empty if nothing is. */
  static Optional<HeldOut> heldOut(
      FinetuneConfig config, FinetuneStart start, TrainingPairs pairs, HeldOutLines lines) {
    List<DataSet> sets =
        pairs.evaluated().isEmpty() ? lines.heldOut(pairs.sets()) : pairs.evaluated();
    return sets.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new HeldOut(
                sets,
                config.data().rules(config.schedule().seed()),
                start.maker(config.data()),
                config.objective().distills()));
  }

  private static void checkSelection(
      FinetuneConfig config, TrainingPairs pairs, HeldOutLines heldOut, ProbeTasks probe) {
    List<String> often = new ArrayList<>();
    List<String> once = new ArrayList<>();
    if (heldOut.count() > 0 || !pairs.evaluated().isEmpty()) {
      List<String> metrics =
          HeldOut.metrics(
              ContrastiveObjective.terms(config.objective().rule(config.data().tokensPerChunk())));
      (config.evaluation().evalSteps().isPresent() ? often : once).addAll(metrics);
    }
    (config.evaluation().probeSteps().isPresent() ? often : once).addAll(probe.metrics());
    SelectionRule.of(config.training()).check(often, once);
  }

  private static List<LengthSample> lengths(
      FinetuneConfig config, FinetuneStart start, TrainingPairs pairs) {
    int most = Math.max(LEAST_SAMPLE, SAMPLE_LINES / pairs.sets().size());
    return pairs.sets().stream()
        .map(set -> LengthSample.of(set, most, start.maker(config.data())))
        .toList();
  }

  /** What the run needs. */
  public TrainingCost cost(FinetuneConfig config) {
    int width = start.shape().hiddenSize();
    int longest = Math.max(config.data().queryMaxLength(), config.data().passageMaxLength());
    Optional<HeldOut> held = heldOut(config, start, pairs, heldOut);
    FinetuneCost.Evaluated evaluated =
        new FinetuneCost.Evaluated(
            held.map(some -> some.heap(longest, width)).orElse(0L)
                + ProbeTasks.heap(config.evaluation().probe(), width),
            held.map(HeldOut::steps).orElse(0),
            held.map(HeldOut::queries).orElse(0L),
            held.map(HeldOut::passages).orElse(0L),
            probe.work(start.shape()));
    return FinetuneCost.of(start.shape(), config, pairs.sets(), lengths, evaluated, totalSteps());
  }

  private static TrainingPairs pairs(Storage storage, FinetuneConfig config) throws IOException {
    DataSettings data = config.data();
    boolean refuse = data.missingNegatives() == DataSettings.MissingNegatives.REFUSE;
    Map<String, String> corpus = PassageCorpus.read(storage, "data.corpus", data.corpus());
    PairFile.Rules rules =
        new PairFile.Rules(
            data.badRecords(),
            config.objective().distills(),
            refuse && data.trainGroupSize() > 1,
            data.columns(),
            corpus);
    return TrainingPairs.read(
        storage,
        storage.qualify(config.output()),
        rules,
        data.sources(),
        config.evaluation().data());
  }

  /** The course of a run for the loop. */
  public static RunPlan course(FinetuneConfig config, int worldSize, List<Long> epochEnds) {
    return new RunPlan(
        config.data().logicalShards(),
        worldSize,
        1,
        epochEnds,
        LossReduction.TOKEN,
        config.checkpoint().saveSteps(),
        config.cluster().replicaCheckSteps(),
        Optional.empty(),
        config.optimizer().maxSkippedSteps(),
        config.schedule().seed());
  }

  /** Steps of the whole run. */
  public long totalSteps() {
    return epochEnds.get(epochEnds.size() - 1);
  }

  /** Trained values of the model. */
  public long parameters() {
    return ParameterLayout.withoutHead(start.shape()).trainedValues();
  }

  /** The start-up lines: model, data, cluster and the global batch. */
  public List<String> describe(FinetuneConfig config) {
    DataSettings data = config.data();
    ObjectiveSettings objective = config.objective();
    List<String> lines = new ArrayList<>();
    lines.add(
        "model    %d layers x %d, %.1f M parameters, vocabulary %,d   %s, %s, temperature %s, %s negatives%s"
            .formatted(
                start.shape().numHiddenLayers(),
                start.shape().hiddenSize(),
                parameters() / 1e6,
                start.shape().vocabSize(),
                lower(objective.pooling()),
                objective.normalize() ? "normalized" : "not normalized",
                objective.temperature(),
                lower(objective.negatives()),
                objective.distills() ? ", " + lower(objective.kdLoss()) : ""));
    lines.add("init     " + start.origin().describe());
    lines.addAll(describeData(config));
    heldOut(config, start, pairs, heldOut)
        .map(held -> held.describe(heldOut.count() > 0 ? "of data.train" : "of evaluation.data"))
        .ifPresent(lines::add);
    lines.addAll(probe.lines());
    lines.add(
        "%s; global batch %,d queries x %d passages; %,d steps"
            .formatted(
                config.training().describeWorkers(data.logicalShards()),
                data.globalBatchSize(),
                data.trainGroupSize(),
                totalSteps()));
    warnings(config).forEach(warning -> lines.add("warning  " + warning));
    return lines;
  }

  private List<String> describeData(FinetuneConfig config) {
    DataSettings data = config.data();
    SetChecks checks = new SetChecks(config);
    List<String> lines = new ArrayList<>();
    lines.add(
        "data     %,d lines in %d data sets, %s batches; %,d lines left over in epoch 0"
            .formatted(pairs.lines(), pairs.sets().size(), lower(data.batches()), leftOver));
    for (int i = 0; i < Math.min(SETS_SHOWN, pairs.sets().size()); i++) {
      DataSet set = pairs.sets().get(i);
      lines.add(
          "         %s: %,d lines%s%s%s; %s"
              .formatted(
                  set.name(),
                  set.lines().size(),
                  set.weight() == 1 ? "" : " x " + set.weight(),
                  set.ownNegatives() ? ", own groups only" : "",
                  checks.ownSize(set),
                  lengths.get(i).describe()));
    }
    if (pairs.sets().size() > SETS_SHOWN) {
      lines.add("         and %d more".formatted(pairs.sets().size() - SETS_SHOWN));
    }
    if (!pairs.leftOut().isEmpty()) {
      lines.add("         left out: " + String.join(", ", pairs.leftOut()));
    }
    if (!pairs.unread().isEmpty()) {
      lines.add("         not read: " + String.join(", ", pairs.unread()));
    }
    if (!pairs.treatments().isEmpty()) {
      lines.add("         of their lines: " + pairs.treatments());
    }
    return lines;
  }

  /** What may not be meant. */
  public List<String> warnings(FinetuneConfig config) {
    ObjectiveSettings objective = config.objective();
    List<String> warnings = new ArrayList<>();
    if (!objective.normalize() && objective.temperature() != 1) {
      warnings.add(
          "objective.temperature = %s with normalize: false; scores that are no cosines are usually not divided: temperature: 1"
              .formatted(objective.temperature()));
    }
    warnings.addAll(start.warnings(objective));
    warnings.addAll(new SetChecks(config).warnings(heldOut.trained(pairs.sets())));
    return warnings;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
