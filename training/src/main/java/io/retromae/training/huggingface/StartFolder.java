package io.retromae.training.huggingface;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.training.checkpoint.CheckpointStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder of weights that {@code init.from} means, by the sizes of its files; whoever reads them
 * hashes them ({@link RecordedFiles}): a model's folder is itself; {@code RUN/checkpoints/step-N},
 * or its manifest, is that checkpoint; the folder of a run is the checkpoint that it would export,
 * the best or the newest, or what it has exported where no checkpoint is left.
 */
public final class StartFolder {
  private static final Pattern CHECKPOINT =
      Pattern.compile("(.+)/checkpoints/step-0*(\\d+)(-\\d+)?(-[A-Za-z0-9-]+)?(\\.json)?/?");

  private StartFolder() {}

  /**
   * The folder that is read.
   *
   * @param from init.from
   * @throws ConfigException if it means a checkpoint that is not there, or not whole
   */
  public static String of(Storage storage, String from) throws IOException {
    Matcher checkpoint = CHECKPOINT.matcher(from);
    if (checkpoint.matches()) {
      return ofStep(storage, from, checkpoint.group(1), Long.parseLong(checkpoint.group(2)));
    }
    return isRun(storage, from) ? ofRun(storage, from) : from;
  }

  /** Whether it is the folder of a run, whose checkpoints come and go. */
  static boolean isRun(Storage storage, String from) {
    return storage.exists(from + "/run.json") && !storage.exists(from + "/config.json");
  }

  /** The same, empty where there is no such checkpoint (any more). */
  public static Optional<String> ifThere(Storage storage, String from) throws IOException {
    try {
      return Optional.of(of(storage, from));
    } catch (ConfigException e) {
      return Optional.empty();
    }
  }

  private static String ofStep(Storage storage, String from, String run, long step)
      throws IOException {
    CheckpointStore checkpoints = new CheckpointStore(storage, run);
    Optional<String> files = checkpoints.wholeFiles(step);
    if (files.isPresent()) {
      return files.get();
    }
    List<Long> steps = checkpoints.steps();
    if (steps.isEmpty() && storage.exists(from + "/config.json")) {
      return from; // a copy of a checkpoint's folder alone
    }
    throw new ConfigException(
        "init.from = %s: %s; %s"
            .formatted(
                from,
                steps.contains(step)
                    ? "files of this checkpoint are missing or cut off"
                    : "there is no checkpoint of step %d, or it was not finished".formatted(step),
                steps.isEmpty()
                    ? run + " has none"
                    : "%s has those of steps %s".formatted(run, words(steps))));
  }

  private static String words(List<Long> steps) {
    return String.join(", ", steps.stream().sorted().distinct().map(String::valueOf).toList());
  }

  private static String ofRun(Storage storage, String run) throws IOException {
    CheckpointStore checkpoints = new CheckpointStore(storage, run);
    Optional<String> newest =
        checkpoints
            .newest(CheckpointStore.Check.SIZES)
            .map(found -> checkpoints.files(found.name()));
    Optional<String> best =
        checkpoints
            .newest(CheckpointStore.Check.SIZES)
            .map(found -> found.state().selection().bestStepOr(found.state().step()))
            .flatMap(checkpoints::wholeFiles);
    String export = run + "/export";
    Optional<String> exported =
        storage.exists(export + "/config.json") ? Optional.of(export) : Optional.empty();
    return best.or(() -> newest)
        .or(() -> exported)
        .orElseThrow(
            () ->
                new ConfigException(
                    "init.from = %s: this run has neither a whole checkpoint nor an export yet"
                        .formatted(run)));
  }
}
