package io.retromae.training.report;

import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.config.StoredSettings;
import io.retromae.core.shard.ShardManifest;
import io.retromae.training.checkpoint.CheckpointRef;
import io.retromae.training.huggingface.RunDescription;
import io.retromae.training.loop.TrainingState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A run as its files tell of it.
 *
 * @param folder of the run
 * @param settings the resolved configuration with origins; empty if the file is gone
 * @param checkpoints newest first
 * @param description what the newest checkpoint says of the run
 * @param model sizes in words, such as {@code 2 layers x 128}; empty if no file tells
 * @param corpus the corpus of a pre-training, if it can be reached
 * @param exported whether a model was exported
 * @param metrics losses, times, events
 * @param stage where it stands
 * @param now when it was looked at
 */
record Run(
    String folder,
    List<ResolvedSetting> settings,
    List<CheckpointRef> checkpoints,
    Optional<RunDescription> description,
    String model,
    Optional<ShardManifest> corpus,
    boolean exported,
    RunMetrics metrics,
    Stage stage,
    Instant now) {

  /** Where a run stands. */
  enum Stage {
    /** No step has been told. */
    BEGINNING,
    /** Its job writes this, or its files are new. */
    RUNNING,
    /** It can be gone on with. */
    STOPPED,
    /** All steps are done, and the model is no better than none. */
    FAILED,
    /** Its model is exported. */
    FINISHED
  }

  /** Its path as people write it. */
  String path() {
    return folder.startsWith("file:/") ? folder.replaceFirst("^file:/+", "/") : folder;
  }

  /** The last part of its path. */
  String name() {
    return lastParts(1);
  }

  /** The last so many parts of its path, or all of it. */
  String lastParts(int count) {
    String path = path();
    int from = path.length();
    for (int part = 0; part < count && from > 0; part++) {
      from = path.lastIndexOf('/', from - 1);
    }
    return from <= 0 ? path : path.substring(from + 1);
  }

  /** A setting in YAML's spelling; empty if there is no such setting, or it is {@code null}. */
  Optional<String> setting(String path) {
    return settings.stream()
        .filter(setting -> setting.path().equals(path))
        .map(setting -> StoredSettings.plain(setting.value()))
        .filter(value -> !value.equals("null"))
        .findFirst();
  }

  /** Whether it is a fine-tuning: that trains on pairs. */
  boolean finetunes() {
    return settings.stream().anyMatch(setting -> setting.path().equals("data.train"));
  }

  /** The command that makes such runs. */
  String command() {
    return finetunes() ? "finetune" : "pretrain";
  }

  /** Steps of the whole run, if anything tells. */
  OptionalLong totalSteps() {
    Optional<Long> told =
        metrics
            .events()
            .start()
            .map(start -> start.path("total_steps").asLong())
            .filter(n -> n > 0);
    Optional<Long> set =
        setting("schedule.max_steps").filter(n -> n.matches("\\d{1,18}")).map(Long::valueOf);
    Optional<Long> all = told.or(() -> set);
    return all.isPresent() ? OptionalLong.of(all.get()) : OptionalLong.empty();
  }

  /** The last step that anything tells of. */
  long step() {
    long saved = checkpoints.isEmpty() ? 0 : checkpoints.get(0).state().step();
    return Math.max(saved, metrics.step());
  }

  /** Where the newest checkpoint stands. */
  Optional<TrainingState> state() {
    return checkpoints.stream().findFirst().map(CheckpointRef::state);
  }
}
