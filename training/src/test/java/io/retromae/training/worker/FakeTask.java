package io.retromae.training.worker;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.storage.Storage;
import io.retromae.training.loop.MicroBatch;
import io.retromae.training.loop.RunPlan;
import io.retromae.training.measure.SelectionRule;
import io.retromae.training.settings.CheckpointSettings;
import io.retromae.training.settings.ClusterSettings;
import io.retromae.training.settings.ComputeSettings;
import io.retromae.training.settings.ExportSettings;
import io.retromae.training.settings.LoggingSettings;
import io.retromae.training.settings.OptimizerSettings;
import io.retromae.training.settings.ScheduleSettings;
import io.retromae.training.settings.TrainingSettings;
import java.util.List;
import java.util.Optional;

/**
 * A task that trains nothing.
 *
 * @param settingsFingerprint of its settings
 * @param planned fingerprint of the corpus that the driver saw
 * @param seen fingerprint of the corpus that its worker sees
 */
record FakeTask(String settingsFingerprint, String planned, String seen) implements TrainingTask {
  private static final long serialVersionUID = 1L;

  @Override
  public TrainingSettings settings() {
    return new TrainingSettings(
        standard(ClusterSettings.class),
        standard(OptimizerSettings.class),
        standard(ScheduleSettings.class),
        standard(CheckpointSettings.class),
        standard(LoggingSettings.class),
        standard(ComputeSettings.class),
        standard(ExportSettings.class));
  }

  private static <T extends Record> T standard(Class<T> section) {
    return ConfigLoader.load(section, List.of(), List.of()).value();
  }

  @Override
  public SelectionRule selection() {
    return SelectionRule.NONE;
  }

  @Override
  public RunPlan plan(int worldSize) {
    throw new UnsupportedOperationException("nothing is trained on " + worldSize + " workers");
  }

  @Override
  public WorkerView view() {
    return new WorkerView(settingsFingerprint, planned);
  }

  @Override
  public TrainingInput<MicroBatch> open(Storage storage, Optional<String> checkpoint) {
    throw new UnsupportedOperationException("nothing is trained from " + checkpoint);
  }
}
