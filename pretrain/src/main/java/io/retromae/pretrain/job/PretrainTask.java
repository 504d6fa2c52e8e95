package io.retromae.pretrain.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.batch.TrainingCorpus;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.measure.MeasuredOn;
import io.retromae.training.measure.SelectionRule;
import io.retromae.training.settings.TrainingSettings;
import io.retromae.training.worker.ShippedSettings;
import io.retromae.training.worker.TrainingInput;
import io.retromae.training.worker.TrainingTask;
import io.retromae.training.worker.WorkerView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pre-training as the engine sees it.
 *
 * @param shipped the resolved configuration
 * @param corpusFingerprint of the corpus that the driver sees, see {@link
 *     TrainingCorpus#fingerprint}, and of the probe's tasks
 * @param measuredOn content that its metrics are measured on
 * @param epochEnds steps done at the end of each epoch; see {@link RunPlan}
 */
record PretrainTask(
    ShippedSettings shipped, String corpusFingerprint, MeasuredOn measuredOn, List<Long> epochEnds)
    implements TrainingTask {
  private static final long serialVersionUID = 1L;

  PretrainTask {
    epochEnds = List.copyOf(epochEnds);
  }

  /** What the driver ships. */
  static PretrainTask of(Resolved<PretrainConfig> resolved, Storage storage, PretrainPlan plan) {
    return new PretrainTask(
        ShippedSettings.of(resolved, places(resolved.value(), plan.start(), storage)),
        plan.dataFingerprint(),
        plan.measuredOn(),
        plan.epochEnds());
  }

  private static List<String> places(PretrainConfig config, ModelStart start, Storage storage) {
    List<String> places = new ArrayList<>();
    places.add(place("corpus", config.corpus(), storage));
    places.add(place("output", config.output(), storage));
    start.from().ifPresent(path -> places.add(place("init.from", path, storage)));
    config
        .evaluation()
        .corpus()
        .ifPresent(path -> places.add(place("evaluation.corpus", path, storage)));
    config.evaluation().probe().place(storage).ifPresent(places::add);
    return places;
  }

  private static String place(String setting, String path, Storage storage) {
    return setting + "=" + ConfigLoader.quoted(storage.qualify(path));
  }

  PretrainConfig config() {
    return shipped.load(PretrainConfig.class);
  }

  @Override
  public TrainingSettings settings() {
    return config().training();
  }

  @Override
  public RunPlan plan(int worldSize) {
    return PretrainPlan.course(config(), worldSize, epochEnds);
  }

  @Override
  public SelectionRule selection() {
    return SelectionRule.of(settings())
        .measuredBy(shipped.chosen(PretrainConfig.class), measuredOn);
  }

  @Override
  public WorkerView view() {
    return new WorkerView(shipped.fingerprint(), corpusFingerprint);
  }

  @Override
  public TrainingInput<?> open(Storage storage, Optional<String> checkpoint) throws IOException {
    PretrainConfig config = config();
    ModelStart start =
        checkpoint.isEmpty()
            ? ModelStart.of(storage, config)
            : ModelStart.ofCheckpoint(storage, config, checkpoint.get());
    return PretrainInput.open(storage, this, start, start.objective());
  }
}
