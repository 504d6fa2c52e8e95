package io.retromae.pretrain.job;

import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.embed.probe.ProbeTasks;
import io.retromae.pretrain.batch.BatchMaker;
import io.retromae.pretrain.batch.CorpusBatches;
import io.retromae.pretrain.batch.EvaluationBatches;
import io.retromae.pretrain.batch.TrainingCorpus;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.objective.PretrainObjective;
import io.retromae.training.bert.BertModel;
import io.retromae.training.huggingface.BaseModel;
import io.retromae.training.huggingface.RunDescription;
import io.retromae.training.huggingface.SentenceVectors;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.loop.BatchSource;
import io.retromae.training.loop.Evaluator;
import io.retromae.training.loop.MicroBatch;
import io.retromae.training.loop.Trainee;
import io.retromae.training.measure.Probe;
import io.retromae.training.worker.TrainingInput;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What pre-training brings on a worker: the starting model, and the micro-batches of the corpus and
 * of what is held out. Owns the open shards.
 *
 * @param <S> a micro-batch
 */
final class PretrainInput<S extends MicroBatch> implements TrainingInput<S> {
  private final PretrainTask task;
  private final ModelStart start;
  private final ShardManifest manifest;
  private final String corpusFingerprint;
  private final PretrainObjective<S> objective;
  private final CorpusBatches<S> batches;
  private final EvaluationBatches<S> heldOut;
  private final List<Probe> probes;

  private PretrainInput(
      Storage storage,
      PretrainTask task,
      ModelStart start,
      PretrainObjective<S> objective,
      ShardManifest manifest,
      TrainingCorpus corpus) {
    this.task = task;
    this.start = start;
    this.manifest = manifest;
    this.objective = objective;
    PretrainConfig config = start.config();
    ProbeTasks tasks = PretrainPlan.probe(storage, config, manifest, start);
    this.probes =
        tasks.probes(
            config.evaluation().probe(),
            config.evaluation().probeSteps(),
            config.data().perDeviceTrainBatchSize() * config.data().maxSeqLength(),
            PretrainPlan.words(manifest, start));
    this.corpusFingerprint = PretrainPlan.dataFingerprint(corpus.fingerprint(), tasks);
    // A maker is for one thread: the loop's scores held-out rows while the queue's builds ahead.
    BatchMaker<S> forEvaluation = objective.batches(start.tokens(), config);
    BatchMaker<S> forTraining = objective.batches(start.tokens(), config);
    this.heldOut =
        EvaluationBatches.open(storage, config, manifest, start.vocabulary(), forEvaluation);
    this.batches = CorpusBatches.of(corpus, config, forTraining, task.epochEnds());
  }

  /** Opens the corpus that the start's configuration names. */
  static <S extends MicroBatch> PretrainInput<S> open(
      Storage storage, PretrainTask task, ModelStart start, PretrainObjective<S> objective)
      throws IOException {
    ShardManifest manifest = ShardManifest.open(storage, start.config().corpus());
    TrainingCorpus corpus = TrainingCorpus.of(storage, start.config(), manifest);
    try {
      return new PretrainInput<>(storage, task, start, objective, manifest, corpus);
    } catch (RuntimeException e) {
      corpus.close();
      throw e;
    }
  }

  @Override
  public String corpusFingerprint() {
    return corpusFingerprint;
  }

  @Override
  public Trainee<S> newModel(Compute compute) {
    return objective.newModel(start.shape(), compute);
  }

  @Override
  public void fill(BertModel model) throws IOException {
    start.fill(model);
  }

  @Override
  public BatchSource<S> batches() {
    return batches;
  }

  @Override
  public int prefetchBatches() {
    return start.config().data().prefetchBatches();
  }

  @Override
  public int heldOutCount() {
    return heldOut.count();
  }

  @Override
  public Evaluator.Batches<S> heldOut() {
    return heldOut::batch;
  }

  @Override
  public List<Probe> probes() {
    return probes;
  }

  @Override
  public Map<String, byte[]> describe() {
    return description(manifest, start.config(), task.shipped().values(), start.base())
        .files(start.shape(), objective.layout(start.shape()), start.vocabulary());
  }

  /** Describes a run over a corpus; shards that are held out are not counted. */
  static RunDescription description(
      ShardManifest manifest,
      PretrainConfig config,
      Map<String, String> settings,
      BaseModel start) {
    int trained = manifest.shards().size() - config.evaluation().holdoutShards();
    List<ShardEntry> shards = manifest.shards().subList(0, trained);
    Map<String, Long> sources = new TreeMap<>();
    shards.forEach(shard -> shard.sources().forEach((k, v) -> sources.merge(k, v, Long::sum)));
    return new RunDescription(
        config.objective().method().toString().toLowerCase(Locale.ROOT),
        manifest.lowerCase(),
        manifest.stripAccents(),
        manifest.tokenizeChineseChars(),
        config.data().maxSeqLength(),
        shards.stream().mapToLong(ShardEntry::samples).sum(),
        shards.stream().mapToLong(ShardEntry::tokens).sum(),
        sources,
        settings,
        new BaseModel(config.export().baseModel().orElse(start.name()), start.license()),
        config.export().license().orElse(""),
        SentenceVectors.PLAIN,
        Map.of());
  }

  @Override
  public void close() throws IOException {
    try {
      heldOut.close();
    } finally {
      batches.close();
    }
  }
}
