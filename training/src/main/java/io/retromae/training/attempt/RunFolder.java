package io.retromae.training.attempt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ClusterException;
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
import io.retromae.training.optimize.LearningRateSchedule;
import io.retromae.training.settings.OptimizerSettings;
import io.retromae.training.settings.ScheduleSettings.Extend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The folder of a training run, as a start of its job claims it: new, gone on with, or gone on with
 * to more steps. {@code run.json} keeps how many steps are planned and by which extensions.
 */
final class RunFolder {
  /** Settings of how long a run is, which {@code schedule.extend} lets change. */
  static final Set<String> LENGTH = Set.of("schedule.max_steps", "schedule.num_train_epochs");

  private static final String TOTAL = "total_steps";
  private static final String EXTENSIONS = "extensions";

  /** Tells the start that claimed the folder last from all others. */
  private static final String START = "start";

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
    entries.addAll(List.of(RunExport.NEXT, RunExport.LIST, RunExport.OLD));
    entries.addAll(handedOver);
    this.folder = new OutputFolder(storage, path, entries, new ReachedWork(storage, path));
  }

  /**
   * What a start asks for.
   *
   * @param identity what must not change between two starts: {@link RunIdentity}
   * @param totalSteps of the whole run
   * @param extend schedule.extend
   * @param rate how the learning rate goes
   */
  record Wish(
      Map<String, String> identity,
      long totalSteps,
      Optional<Extend> extend,
      OptimizerSettings rate) {
    private static String title(Extend how) {
      return "schedule.extend = " + how.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What became of it.
   *
   * @param extensions of the run, in order
   * @param isNew whether nothing has been trained since the last of them
   * @param takenBack whether there was one more, which had trained nothing
   * @param start see {@link #refuseOthers}
   */
  record Claimed(List<Extension> extensions, boolean isNew, boolean takenBack, String start) {}

  /**
   * What a start comes to in a run that is there.
   *
   * @param extensions as they will be
   * @param isNew see {@link Claimed}
   * @param agreed what of the identity may change
   */
  private record Intent(List<Extension> extensions, boolean isNew, Set<String> agreed) {
    /** Changes nothing but the length, and extends nothing. */
    private boolean takesBack() {
      return !isNew && !agreed.isEmpty();
    }
  }

  /**
   * What {@link #claim} would do; changes nothing.
   *
   * @throws ConfigException if it would refuse
   */
  OutputFolder.Found check(Wish wish, OutputMode mode) throws IOException {
    return folder.check(wish.identity(), mode, intent(wish, mode).agreed());
  }

  /**
   * Makes the folder this start's.
   *
   * @throws ConfigException if it holds something else, a run of other settings, or none to extend
   */
  Claimed claim(Wish wish, String yaml, OutputMode mode) throws IOException {
    Intent intent = intent(wish, mode);
    boolean goesOn =
        folder.check(wish.identity(), mode, intent.agreed()) == OutputFolder.Found.RESUMED;
    List<Extension> all = goesOn ? intent.extensions() : List.of();
    String start = UUID.randomUUID().toString();
    folder.claim(
        wish.identity(),
        yaml,
        mode,
        intent.agreed(),
        Map.of(TOTAL, wish.totalSteps(), EXTENSIONS, all, START, start));
    return new Claimed(all, goesOn && intent.isNew(), goesOn && intent.takesBack(), start);
  }

  /** The start that the folder belongs to. */
  String start() {
    return folder.note(START).asText("");
  }

  /**
   * Ends a driver that believed itself alone, as one does that was cut off from its cluster: it
   * would fence the other's workers, and go on by a schedule that may be another by now.
   *
   * @param claimed what it claimed
   * @param now {@link #start}
   * @throws ClusterException if another has claimed the folder since
   */
  void refuseOthers(Claimed claimed, String now) {
    if (!claimed.start().equals(now)) {
      throw new ClusterException(
          "another driver has gone on with the run in %s since; this one ends and leaves it to that one"
              .formatted(path));
    }
  }

  private Intent intent(Wish wish, OutputMode mode) throws IOException {
    Optional<Map<String, String>> before = folder.identity();
    if (mode != OutputMode.RESUME || before.isEmpty()) {
      wish.extend().ifPresent(how -> refuseWithoutRun(Wish.title(how)));
      return new Intent(List.of(), false, Set.of());
    }
    List<Extension> made = extensions();
    boolean sameLength = changed(before.get(), wish.identity()).isEmpty();
    if (made.isEmpty() && wish.extend().isEmpty()) {
      return new Intent(made, false, Set.of());
    }
    Optional<TrainingState> newest =
        new CheckpointStore(storage, path)
            .newest(CheckpointStore.Check.SIZES)
            .map(CheckpointRef::state);
    Optional<Extension> idle = idle(made, newest);
    if (wish.extend().isPresent()) {
      return extended(wish, made, idle, sameLength, before.get(), newest);
    }
    boolean takenBack =
        !sameLength && idle.filter(last -> last.plannedSteps() == wish.totalSteps()).isPresent();
    return takenBack
        ? new Intent(withoutLast(made), false, LENGTH)
        : new Intent(made, idle.isPresent(), Set.of());
  }

  /** The last extension, if nothing has been trained since: it can still be made otherwise. */
  private static Optional<Extension> idle(List<Extension> made, Optional<TrainingState> newest) {
    return newest.isEmpty()
        ? Optional.empty()
        : made.stream()
            .skip(Math.max(0, made.size() - 1))
            .filter(last -> last.fromStep() == newest.get().step())
            .findFirst();
  }

  private static List<Extension> withoutLast(List<Extension> made) {
    return made.subList(0, made.size() - 1);
  }

  private void refuseWithoutRun(String title) {
    throw new ConfigException(
        "%s: there is no run in %s to go on with; leave it out to begin one"
            .formatted(title, path));
  }

  private Intent extended(
      Wish wish,
      List<Extension> made,
      Optional<Extension> idle,
      boolean sameLength,
      Map<String, String> before,
      Optional<TrainingState> newest) {
    Extend how = wish.extend().orElseThrow();
    String title = Wish.title(how);
    if (sameLength && isMade(title, how, wish, made, idle)) {
      return new Intent(made, idle.isPresent(), Set.of());
    }
    TrainingState state =
        newest.orElseThrow(
            () ->
                new ConfigException(
                    "%s: %s has no whole checkpoint to go on from".formatted(title, path)));
    long planned =
        idle.isPresent() ? idle.get().plannedSteps() : plannedSteps(title, before, state);
    if (wish.totalSteps() <= planned) {
      throw new ConfigException(
          "%s: %s is planned for %,d steps already, %,d are asked for; raise schedule.max_steps or schedule.num_train_epochs"
              .formatted(title, path, planned, wish.totalSteps()));
    }
    refuseUnlessItFalls(wish, title, wish.totalSteps() - state.step());
    List<Extension> all = new ArrayList<>(idle.isPresent() ? withoutLast(made) : made);
    all.add(new Extension(state.step(), state.updates(), planned, wish.totalSteps(), how));
    return new Intent(all, true, LENGTH);
  }

  private static void refuseUnlessItFalls(Wish wish, String title, long steps) {
    long warmup = LearningRateSchedule.of(wish.rate(), steps).warmupSteps();
    if (wish.extend().equals(Optional.of(Extend.REWARM)) && warmup >= steps) {
      throw new ConfigException(
          "%s: optimizer.warmup_steps = %,d: there are %,d new steps, in which the rate would only rise; lower it, or set it to null for the share optimizer.warmup_ratio"
              .formatted(title, warmup, steps));
    }
  }

  private static Set<String> changed(Map<String, String> before, Map<String, String> now) {
    Set<String> changed = new HashSet<>(LENGTH);
    changed.removeIf(
        name -> String.valueOf(before.get(name)).equals(String.valueOf(now.get(name))));
    return changed;
  }

  /** The same command again goes on with what it has begun; another way is another result. */
  private boolean isMade(
      String title, Extend how, Wish wish, List<Extension> made, Optional<Extension> idle) {
    if (made.isEmpty()) {
      throw new ConfigException(
          "%s: %s is planned for %,d steps already; raise schedule.max_steps or schedule.num_train_epochs"
              .formatted(title, path, wish.totalSteps()));
    }
    Extension last = made.get(made.size() - 1);
    if (last.how() != how && idle.isEmpty()) {
      throw new ConfigException(
          "%s: %s was extended to %,d steps by %s already"
              .formatted(title, path, last.toSteps(), last.how().name().toLowerCase(Locale.ROOT)));
    }
    return last.how() == how;
  }

  /** Earlier builds did not note it; their settings tell it, or the run has ended there. */
  private long plannedSteps(String title, Map<String, String> before, TrainingState state) {
    JsonNode noted = folder.note(TOTAL);
    if (noted.isNumber()) {
      return noted.asLong();
    }
    String steps = String.valueOf(before.get("schedule.max_steps"));
    if (steps.matches("\\d+")) {
      return Long.parseLong(steps);
    }
    if (!storage.exists(path + "/export")) {
      throw new ConfigException(
          "%s: %s was begun by an earlier build, which did not note how many steps it planned; let it end first, by its own command"
              .formatted(title, path));
    }
    return state.step();
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
