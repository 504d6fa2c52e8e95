package io.retromae.pretrain.job;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.embed.probe.ProbeTasks;
import io.retromae.pretrain.batch.EvaluationCorpus;
import io.retromae.pretrain.batch.TrainingCorpus;
import io.retromae.pretrain.config.DataSettings;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.estimate.PretrainCost;
import io.retromae.training.attempt.ClusterChecks;
import io.retromae.training.attempt.ResumePoint;
import io.retromae.training.bert.BertShape;
import io.retromae.training.estimate.TrainingCost;
import io.retromae.training.huggingface.StartFingerprint;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.measure.MeasuredOn;
import io.retromae.training.measure.SelectionRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a run will do, worked out from settings and manifest before Spark starts.
 *
 * @param manifest of the corpus
 * @param corpus what it trains on
 * @param start the model it begins with
 * @param startFingerprint tells the first weights from others; empty where they cannot be read any
 *     more
 * @param corpusFingerprint see {@link TrainingCorpus#fingerprint}
 * @param epochEnds steps done at the end of each epoch
 * @param reads samples that the first epoch is to read, repeats counted
 * @param leftOver samples that the first epoch does not reach because logical shards differ in size
 * @param evaluationSamples samples of one evaluation; 0 if there is none
 * @param evaluationFingerprint see {@link EvaluationCorpus#fingerprint}
 * @param probe tasks that the model is tried on
 */
public record PretrainPlan(
    ShardManifest manifest,
    TrainingCorpus.Extent corpus,
    ModelStart start,
    Optional<String> startFingerprint,
    String corpusFingerprint,
    List<Long> epochEnds,
    long reads,
    long leftOver,
    long evaluationSamples,
    String evaluationFingerprint,
    ProbeTasks probe) {

  /**
   * What a run will do that begins with its first step.
   *
   * @throws ConfigException with what the user has to mend
   */
  public static PretrainPlan of(Storage storage, PretrainConfig config) throws IOException {
    return of(storage, config, OutputMode.OVERWRITE);
  }

  /**
   * Checks everything that can be checked without a cluster.
   *
   * @param mode whether a checkpoint in the run's folder is gone on from
   * @throws ConfigException with what the user has to mend
   */
  public static PretrainPlan of(Storage storage, PretrainConfig config, OutputMode mode)
      throws IOException {
    ClusterChecks.check(config.training(), config.data().logicalShards());
    ShardManifest manifest = ShardManifest.open(storage, config.corpus());
    Optional<String> checkpoint = ResumePoint.of(storage, config.output(), mode);
    ModelStart start = start(storage, config, checkpoint);
    Vocabulary vocabulary = start.vocabulary();
    if (!vocabulary.fingerprint().equals(manifest.vocabularyFingerprint())) {
      throw new ConfigException(
          "%s: its vocab.txt has fingerprint %.8s, its manifest names %.8s; run etl again"
              .formatted(
                  config.corpus(), vocabulary.fingerprint(), manifest.vocabularyFingerprint()));
    }
    start.checkWeights();
    EvaluationCorpus evaluated = EvaluationCorpus.open(storage, config, manifest, vocabulary);
    ProbeTasks probe = probe(storage, config, manifest, start);
    checkSelection(config, start, evaluated.samples(), probe);
    try (TrainingCorpus corpus = TrainingCorpus.of(storage, config, manifest)) {
      return new PretrainPlan(
          manifest,
          corpus.extent(),
          start,
          startFingerprint(storage, start, checkpoint),
          corpus.fingerprint(),
          epochEnds(config, corpus),
          corpus.plan(0).reads(),
          corpus.plan(0).leftOver(),
          evaluated.samples(),
          evaluated.fingerprint(),
          probe);
    }
  }

  /** The tasks that the settings name, and whether the corpus kept them out. */
  static ProbeTasks probe(
      Storage storage, PretrainConfig config, ShardManifest manifest, ModelStart start) {
    return ProbeTasks.read(
        storage,
        config.evaluation().probe(),
        words(manifest, start),
        start.shape(),
        Optional.of(manifest));
  }

  static ProbeTasks.Words words(ShardManifest manifest, ModelStart start) {
    return new ProbeTasks.Words(start.vocabulary(), manifest.wordRules());
  }

  private static void checkSelection(
      PretrainConfig config, ModelStart start, long evaluationSamples, ProbeTasks probe) {
    List<String> often = new ArrayList<>();
    List<String> once = new ArrayList<>();
    if (evaluationSamples > 0) {
      List<String> metrics = EvaluationReport.metricsOf(start.objective().terms());
      (config.evaluation().evalSteps().isPresent() ? often : once).addAll(metrics);
    }
    (config.evaluation().probeSteps().isPresent() ? often : once).addAll(probe.metrics());
    SelectionRule.of(config.training()).check(often, once);
  }

  /** What is measured, wherever it lies. */
  MeasuredOn measuredOn() {
    return new MeasuredOn(evaluationFingerprint, probe.fingerprint());
  }

  /** Tells what workers read from anything else. */
  String dataFingerprint() {
    return dataFingerprint(corpusFingerprint, probe);
  }

  /** The same from its parts. */
  static String dataFingerprint(String corpus, ProbeTasks probe) {
    return probe.isEmpty() ? corpus : Sha256.of(corpus + " " + probe.fingerprint());
  }

  /** Of the first weights only if no checkpoint has taken their place. */
  private static ModelStart start(
      Storage storage, PretrainConfig config, Optional<String> checkpoint) throws IOException {
    return checkpoint.isPresent()
        ? ModelStart.ofCheckpoint(storage, config, checkpoint.get())
        : ModelStart.of(storage, config);
  }

  private static Optional<String> startFingerprint(
      Storage storage, ModelStart start, Optional<String> checkpoint) throws IOException {
    return start.config().init().from().isEmpty()
        ? Optional.of(OutputFolder.NOTHING)
        : StartFingerprint.of(
            storage, start.from().orElse(start.config().init().from().get()), checkpoint);
  }

  private static List<Long> epochEnds(PretrainConfig config, TrainingCorpus corpus) {
    return RunPlan.epochEnds(
        config.schedule().numTrainEpochs(),
        config.schedule().maxSteps(),
        epoch -> steps(config, corpus, epoch));
  }

  private static long steps(PretrainConfig config, TrainingCorpus corpus, int epoch) {
    long steps = corpus.plan(epoch).stepsPerEpoch();
    if (steps == 0) {
      throw new ConfigException(
          ("%s holds %,d samples to train on in %d row groups: too few for one step of %,d"
                  + " samples over %d logical shards; lower data.logical_shards or"
                  + " data.per_device_train_batch_size")
              .formatted(
                  config.corpus(),
                  corpus.extent().samples(),
                  corpus.extent().rowGroups(),
                  config.globalBatchSize(),
                  config.data().logicalShards()));
    }
    return steps;
  }

  /** The course of a run for the loop. */
  public static RunPlan course(PretrainConfig config, int worldSize, List<Long> epochEnds) {
    return new RunPlan(
        config.data().logicalShards(),
        worldSize,
        config.data().gradientAccumulationSteps(),
        epochEnds,
        config.objective().lossReduction(),
        config.checkpoint().saveSteps(),
        config.cluster().replicaCheckSteps(),
        config.evaluation().evalSteps(),
        config.optimizer().maxSkippedSteps(),
        config.schedule().seed());
  }

  /** Steps of the whole run. */
  public long totalSteps() {
    return epochEnds.get(epochEnds.size() - 1);
  }

  /** Trained values of the model, decoder included. */
  public long parameters() {
    return start.objective().layout(start.shape()).trainedValues();
  }

  /** Sizes of a model with fresh weights for a vocabulary, before there is a corpus. */
  public static BertShape freshShape(PretrainConfig config, Vocabulary vocabulary) {
    return ModelStart.shape(config.init().config(), vocabulary);
  }

  /** What a run needs that starts with fresh weights for a vocabulary, before there is a corpus. */
  public static TrainingCost freshCost(PretrainConfig config, Vocabulary vocabulary) {
    return PretrainCost.of(
        freshShape(config, vocabulary),
        config,
        Objectives.of(config.objective()),
        config.data().maxSeqLength(),
        config.schedule().maxSteps().orElse(0L));
  }

  /** What the run needs. */
  public TrainingCost cost(PretrainConfig config) {
    double mean = (double) corpus.tokens() / Math.max(1, corpus.samples());
    double meanRow = Math.min(config.data().maxSeqLength(), mean);
    return PretrainCost.of(start.shape(), config, start.objective(), meanRow, totalSteps());
  }

  private String mixture() {
    return corpus.weights().isEmpty()
        ? "mixture  every source once"
        : "mixture  epoch 0 reads %,d samples; %s"
            .formatted(
                reads,
                corpus.weights().entrySet().stream()
                    .map(weight -> weight.getKey() + " x " + weight.getValue())
                    .collect(Collectors.joining(", ")));
  }

  /** The start-up lines: model, corpus, cluster and the global batch. */
  public List<String> describe(PretrainConfig config) {
    DataSettings data = config.data();
    List<String> lines = new ArrayList<>();
    lines.addAll(
        List.of(
            "model    %d layers x %d, %.1f M parameters, vocabulary %,d   %s"
                .formatted(
                    start.shape().numHiddenLayers(),
                    start.shape().hiddenSize(),
                    parameters() / 1e6,
                    start.shape().vocabSize(),
                    start.objective().describe()),
            "init     " + start.describe(),
            "corpus   %,d samples, %,d tokens, %d shards; %,d samples left over in epoch 0; %,d samples to evaluate"
                .formatted(
                    corpus.samples(),
                    corpus.tokens(),
                    corpus.shards(),
                    leftOver,
                    evaluationSamples),
            mixture(),
            "%s; global batch %,d = %d x %d x %d; %,d steps"
                .formatted(
                    config.training().describeWorkers(data.logicalShards()),
                    config.globalBatchSize(),
                    data.logicalShards(),
                    data.perDeviceTrainBatchSize(),
                    data.gradientAccumulationSteps(),
                    totalSteps())));
    lines.addAll(4, probe.lines());
    return lines;
  }
}
