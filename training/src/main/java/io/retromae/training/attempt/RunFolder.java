package io.retromae.training.attempt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.Storage;
import io.retromae.training.checkpoint.CheckpointRef;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.huggingface.RunExport;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.optimize.Extension;
import io.retromae.training.settings.ScheduleSettings.Extend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The folder of a training run, as a start of its job claims it: new, gone on with, or gone on with
 * to more steps. {@code run.json} keeps how many steps are planned and by which extensions.
 */
final class RunFolder {
  /** Settings of how long a run is, which {@code schedule.extend} lets change. */
  static final Set<String> LENGTH = Set.of("schedule.max_steps", "schedule.num_train_epochs");

  private static final String TOTAL = "total_steps";
  private static final String EXTENSIONS = "extensions";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Storage storage;
  private final String path;
  private final OutputFolder folder;

  /**
   * The run in a qualified folder.
   *
   * @param handedOver see {@link TrainingPlan.Handover#entries}
   */
  RunFolder(Storage storage, String path, List<String> handedOver) {
    this.storage = storage;
    this.path = path;
    List<String> entries = new ArrayList<>(TrainingJob.ENTRIES);
    entries.addAll(List.of(RunExport.NEXT, RunExport.OLD));
    entries.addAll(handedOver);
    this.folder = new OutputFolder(storage, path, entries, new ReachedWork(storage, path));
  }

  /**
   * What a start asks for.
   *
   * @param identity what must not change between two starts: {@link RunIdentity}
   * @param totalSteps of the whole run
   * @param extend schedule.extend
   */
  record Wish(Map<String, String> identity, long totalSteps, Optional<Extend> extend) {}

  /**
   * What became of it.
   *
   * @param extensions of the run, in order
   * @param isNew whether the last of them was made just now
   */
  record Claimed(List<Extension> extensions, boolean isNew) {}

  /**
   * What {@link #claim} would do; changes nothing.
   *
   * @throws ConfigException if it would refuse
   */
  OutputFolder.Found check(Wish wish, OutputMode mode) throws IOException {
    extension(wish, mode);
    return folder.check(wish.identity(), mode, agreed(wish));
  }

  /**
   * Makes the folder this start's.
   *
   * @throws ConfigException if it holds something else, a run of other settings, or none to extend
   */
  Claimed claim(Wish wish, String yaml, OutputMode mode) throws IOException {
    Optional<Extension> extension = extension(wish, mode);
    boolean goesOn =
        folder.check(wish.identity(), mode, agreed(wish)) == OutputFolder.Found.RESUMED;
    List<Extension> all = new ArrayList<>(goesOn ? extensions() : List.of());
    extension.ifPresent(all::add);
    folder.claim(
        wish.identity(),
        yaml,
        mode,
        agreed(wish),
        all.isEmpty()
            ? Map.of(TOTAL, wish.totalSteps())
            : Map.of(TOTAL, wish.totalSteps(), EXTENSIONS, all));
    return new Claimed(all, extension.isPresent());
  }

  private static Set<String> agreed(Wish wish) {
    return wish.extend().isPresent() ? LENGTH : Set.of();
  }

  /** The extension that a start asks for; empty if it asks for none, or has made it before. */
  private Optional<Extension> extension(Wish wish, OutputMode mode) throws IOException {
    if (wish.extend().isEmpty()) {
      return Optional.empty();
    }
    Extend how = wish.extend().get();
    String title = "schedule.extend = " + how.name().toLowerCase(Locale.ROOT);
    Optional<Map<String, String>> before = folder.identity();
    if (mode != OutputMode.RESUME || before.isEmpty()) {
      throw new ConfigException(
          "%s: there is no run in %s to go on with; leave it out to begin one"
              .formatted(title, path));
    }
    if (changed(before.get(), wish.identity()).isEmpty()) {
      refuseUnlessMade(title, how, wish);
      return Optional.empty();
    }
    TrainingState state =
        new CheckpointStore(storage, path)
            .newest(CheckpointStore.Check.SIZES)
            .map(CheckpointRef::state)
            .orElseThrow(
                () ->
                    new ConfigException(
                        "%s: %s has no whole checkpoint to go on from".formatted(title, path)));
    long planned = plannedSteps(before.get(), state);
    if (wish.totalSteps() <= planned) {
      throw new ConfigException(
          "%s: %s is planned for %,d steps already, %,d are asked for; raise schedule.max_steps or schedule.num_train_epochs"
              .formatted(title, path, planned, wish.totalSteps()));
    }
    return Optional.of(
        new Extension(state.step(), state.updates(), planned, wish.totalSteps(), how));
  }

  private static Set<String> changed(Map<String, String> before, Map<String, String> now) {
    Set<String> changed = new HashSet<>(LENGTH);
    changed.removeIf(
        name -> String.valueOf(before.get(name)).equals(String.valueOf(now.get(name))));
    return changed;
  }

  /** The same command again goes on with what it has begun; another way is another result. */
  private void refuseUnlessMade(String title, Extend how, Wish wish) {
    List<Extension> made = extensions();
    if (made.isEmpty()) {
      throw new ConfigException(
          "%s: %s is planned for %,d steps already; raise schedule.max_steps or schedule.num_train_epochs"
              .formatted(title, path, wish.totalSteps()));
    }
    Extension last = made.get(made.size() - 1);
    if (last.how() != how) {
      throw new ConfigException(
          "%s: %s was extended to %,d steps by %s already"
              .formatted(title, path, last.toSteps(), last.how().name().toLowerCase(Locale.ROOT)));
    }
  }

  /** Earlier builds did not note it; their settings tell it, or the run has ended there. */
  private long plannedSteps(Map<String, String> before, TrainingState state) {
    JsonNode noted = folder.note(TOTAL);
    if (noted.isNumber()) {
      return noted.asLong();
    }
    String steps = String.valueOf(before.get("schedule.max_steps"));
    return steps.matches("\\d+") ? Long.parseLong(steps) : state.step();
  }

  private List<Extension> extensions() {
    JsonNode noted = folder.note(EXTENSIONS);
    List<Extension> all = new ArrayList<>();
    try {
      for (JsonNode one : noted) {
        all.add(JSON.treeToValue(one, Extension.class));
      }
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(path + "/run.json: extensions: " + e.getOriginalMessage(), e);
    }
    return all;
  }
}
