package io.retromae.finetune.job;

import io.retromae.core.storage.Storage;
import io.retromae.embed.probe.ProbeTasks;
import io.retromae.embed.probe.RetrievalProbe;
import io.retromae.finetune.config.DataSettings;
import io.retromae.finetune.config.EvaluationSettings;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.contrastive.ContrastiveCard;
import io.retromae.finetune.contrastive.ContrastiveObjective;
import io.retromae.finetune.contrastive.PairBatch;
import io.retromae.finetune.data.DataSet;
import io.retromae.finetune.data.PairBatches;
import io.retromae.finetune.data.TrainingPairs;
import io.retromae.finetune.heldout.HeldOut;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.ParameterLayout;
import io.retromae.training.huggingface.BaseModel;
import io.retromae.training.huggingface.RunDescription;
import io.retromae.training.huggingface.SentenceVectors;
import io.retromae.training.libtorch.Compute;
import io.retromae.training.loop.BatchSource;
import io.retromae.training.loop.Evaluator;
import io.retromae.training.loop.Trainee;
import io.retromae.training.measure.Probe;
import io.retromae.training.worker.TrainingInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What fine-tuning brings on a worker: the starting model and the batches of pairs. */
final class FinetuneInput implements TrainingInput<PairBatch> {
  private final FinetuneTask task;
  private final FinetuneConfig config;
  private final FinetuneStart start;
  private final TrainingPairs pairs;
  private final List<DataSet> trained;
  private final ProbeTasks probeTasks;
  private final PairBatches batches;
  private final List<Probe> probes = new ArrayList<>();

  private FinetuneInput(
      FinetuneTask task,
      FinetuneConfig config,
      FinetuneStart start,
      TrainingPairs pairs,
      ProbeTasks probeTasks) {
    this.task = task;
    this.config = config;
    this.start = start;
    this.pairs = pairs;
    this.trained = task.heldOut().trained(pairs.sets());
    this.probeTasks = probeTasks;
    DataSettings data = config.data();
    this.batches =
        new PairBatches(
            trained,
            data.rules(config.schedule().seed()),
            task.epochEnds(),
            start.maker(data),
            config.objective().distills());
  }

  /** Opens what the task's configuration names. */
  static FinetuneInput open(Storage storage, FinetuneTask task, Optional<String> checkpoint)
      throws IOException {
    FinetuneConfig config = task.config();
    FinetuneStart start = FinetuneStart.of(storage, config, checkpoint);
    return new FinetuneInput(
        task,
        config,
        start,
        TrainingPairs.open(storage, config.output(), config.data().sources(), task.trainedFiles()),
        FinetunePlan.probe(storage, config, start));
  }

  @Override
  public String corpusFingerprint() {
    return FinetunePlan.dataFingerprint(pairs, probeTasks);
  }

  @Override
  public Trainee<PairBatch> newModel(Compute compute) {
    Trainee<PairBatch> trainee =
        ContrastiveObjective.trainee(
            start.shape(), config.objective().rule(config.data().tokensPerChunk()), compute);
    addProbes((ContrastiveObjective) trainee.objective());
    return trainee;
  }

  private void addProbes(ContrastiveObjective objective) {
    DataSettings data = config.data();
    EvaluationSettings evaluation = config.evaluation();
    RetrievalProbe.Embedding embedding =
        new RetrievalProbe.Embedding(
            config.objective().pooling(),
            config.objective().normalize(),
            Math.max(data.queryMaxLength(), data.passageMaxLength()),
            data.tokensPerChunk());
    HeldOut.Texts texts =
        new HeldOut.Texts(
            start.words(), data.instructions(), data.queryMaxLength(), data.passageMaxLength());
    FinetunePlan.heldOut(config, start, pairs, task.heldOut())
        .ifPresent(
            heldOut ->
                probes.add(heldOut.probe(objective, embedding, texts, evaluation.evalSteps())));
    probes.addAll(
        probeTasks.probes(
            evaluation.probe(), evaluation.probeSteps(), data.tokensPerChunk(), start.words()));
  }

  @Override
  public void fill(BertModel model) throws IOException {
    start.origin().fill(model);
  }

  @Override
  public BatchSource<PairBatch> batches() {
    return batches;
  }

  @Override
  public int prefetchBatches() {
    return config.data().prefetchBatches();
  }

  @Override
  public int heldOutCount() {
    return 0;
  }

  @Override
  public Evaluator.Batches<PairBatch> heldOut() {
    return number -> {
      throw new IllegalArgumentException("no batch " + number + ": nothing is held out");
    };
  }

  @Override
  public List<Probe> probes() {
    return probes;
  }

  @Override
  public Map<String, byte[]> describe() {
    Map<String, Long> sources = new TreeMap<>();
    long lines = 0;
    for (DataSet set : new SetChecks(config).read(trained)) {
      lines += set.lines().size();
      sources.merge(set.name(), (long) set.lines().size(), Long::sum);
    }
    DataSettings data = config.data();
    return new RunDescription(
            ContrastiveCard.METHOD,
            start.wordRules().lowerCase(),
            start.wordRules().stripAccents(),
            start.wordRules().tokenizeChineseChars(),
            Math.max(data.queryMaxLength(), data.passageMaxLength()),
            lines,
            0,
            sources,
            task.shipped().values(),
            new BaseModel(
                config.export().baseModel().orElse(start.base().name()), start.base().license()),
            config.export().license().orElse(""),
            SentenceVectors.ofRetriever(
                config.objective().pooling(),
                config.objective().normalize(),
                data.instructions().queryPrompt(),
                data.passageInstruction().orElse("")),
            pairs.treatments())
        .files(start.shape(), ParameterLayout.withoutHead(start.shape()), start.vocabulary());
  }

  @Override
  public void close() throws IOException {
    batches.close();
  }
}
