package io.retromae.finetune.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.core.storage.Storage;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.finetune.heldout.HeldOutLines;
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
 * Fine-tuning as the engine sees it.
 *
 * @param shipped the resolved configuration
 * @param pairs fingerprint of the lines that the driver sees, and of the probe's tasks
 * @param measuredOn content that its metrics are measured on
 * @param trainedFiles how many of their files are trained on
 * @param heldOut lines that are not
 * @param epochEnds steps done at the end of each epoch; see {@link RunPlan}
 */
record FinetuneTask(
    ShippedSettings shipped,
    String pairs,
    MeasuredOn measuredOn,
    int trainedFiles,
    HeldOutLines heldOut,
    List<Long> epochEnds)
    implements TrainingTask {
  private static final long serialVersionUID = 1L;

  FinetuneTask {
    epochEnds = List.copyOf(epochEnds);
  }

  /** What the driver ships. */
  static FinetuneTask of(Resolved<FinetuneConfig> resolved, Storage storage, FinetunePlan plan) {
    FinetuneConfig config = resolved.value();
    List<String> places = new ArrayList<>();
    places.add("output=" + qualified(storage, config.output()));
    places.add("init.from=" + qualified(storage, plan.start().from()));
    config.evaluation().probe().place(storage).ifPresent(places::add);
    return new FinetuneTask(
        ShippedSettings.of(resolved, places),
        FinetunePlan.dataFingerprint(plan.pairs(), plan.probe()),
        new MeasuredOn(plan.pairs().fingerprint(), plan.probe().fingerprint()),
        plan.pairs().trainedFiles(),
        plan.heldOut(),
        plan.epochEnds());
  }

  private static String qualified(Storage storage, String path) {
    return ConfigLoader.quoted(storage.qualify(path));
  }

  FinetuneConfig config() {
    return shipped.load(FinetuneConfig.class);
  }

  @Override
  public TrainingSettings settings() {
    return config().training();
  }

  @Override
  public RunPlan plan(int worldSize) {
    return FinetunePlan.course(config(), worldSize, epochEnds);
  }

  @Override
  public SelectionRule selection() {
    return SelectionRule.of(settings())
        .measuredBy(shipped.chosen(FinetuneConfig.class), measuredOn);
  }

  @Override
  public WorkerView view() {
    return new WorkerView(shipped.fingerprint(), pairs);
  }

  @Override
  public TrainingInput<?> open(Storage storage, Optional<String> checkpoint) throws IOException {
    return FinetuneInput.open(storage, this, checkpoint);
  }
}
