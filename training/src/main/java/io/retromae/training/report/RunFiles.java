package io.retromae.training.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.config.StoredSettings;
import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.training.checkpoint.CheckpointRef;
import io.retromae.training.checkpoint.CheckpointStore;
import io.retromae.training.huggingface.RunDescription;
import io.retromae.training.loop.TrainingState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the files of a run's folder, any of which may not be there yet, or be gone again. */
final class RunFiles {
  private static final Logger LOG = LoggerFactory.getLogger(RunFiles.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Files come with checkpoints; older ones than this many of their usual distances are old. */
  private static final double DISTANCES = 2;

  /** Distances of checkpoints that tell what is usual. */
  private static final int NEWEST = 7;

  /** They come every ten minutes at least; steps of some minutes may delay them. */
  private static final long LEAST_SECONDS = 1_500;

  private final Storage storage;
  private final String folder;
  private final Optional<ShardManifest> known;
  private final Instant now;

  RunFiles(Storage storage, String folder, Instant now) {
    this(storage, folder, Optional.empty(), now);
  }

  /** With the corpus of its pre-training, if that was read already. */
  RunFiles(Storage storage, String folder, Optional<ShardManifest> known, Instant now) {
    this.known = known;
    this.storage = storage;
    this.folder = storage.qualify(folder).replaceFirst("/+$", "");
    this.now = now;
  }

  /**
   * The run.
   *
   * @param live whether its job asks, so that it is known to go on
   */
  Run read(boolean live) {
    CheckpointStore store = new CheckpointStore(storage, folder);
    List<CheckpointRef> checkpoints = store.list();
    List<ResolvedSetting> settings =
        storage
            .readIfThere(folder + "/config.yaml")
            .map(bytes -> StoredSettings.read(new String(bytes, StandardCharsets.UTF_8)))
            .orElse(List.of());
    Optional<String> files = checkpoints.stream().findFirst().flatMap(one -> files(store, one));
    RunMetrics metrics = MetricsFile.read(storage, folder);
    boolean exported = storage.exists(folder + "/export/config.json");
    Run run =
        new Run(
            folder,
            settings,
            checkpoints,
            files.flatMap(this::description),
            files.map(this::sizes).orElse(""),
            known.or(() -> corpus(settings)),
            exported,
            metrics,
            Run.Stage.BEGINNING,
            now);
    return new Run(
        run.folder(),
        settings,
        checkpoints,
        run.description(),
        run.model(),
        run.corpus(),
        exported,
        metrics,
        stage(run, live),
        now);
  }

  /** A checkpoint may be pruned while we look at it. */
  private static Optional<String> files(CheckpointStore store, CheckpointRef checkpoint) {
    try {
      return Optional.of(store.files(checkpoint.name()));
    } catch (CorruptDataException e) {
      return Optional.empty();
    }
  }

  private Optional<RunDescription> description(String files) {
    try {
      return Optional.of(RunDescription.read(storage, files));
    } catch (ConfigException | CorruptDataException e) { // gone since, or of another build
      LOG.warn("event=report_without_description reason={}", e.getMessage());
      return Optional.empty();
    }
  }

  private String sizes(String files) {
    try {
      Optional<byte[]> bytes = storage.readIfThere(files + "/config.json");
      JsonNode config =
          JSON.readTree(bytes.map(b -> new String(b, StandardCharsets.UTF_8)).orElse(""));
      return config.has("num_hidden_layers")
          ? String.format(
              Locale.ROOT,
              "%d layers \u00d7 %d, vocabulary %,d",
              config.path("num_hidden_layers").asInt(),
              config.path("hidden_size").asInt(),
              config.path("vocab_size").asInt())
          : "";
    } catch (JsonProcessingException e) {
      return "";
    }
  }

  /** The corpus may lie where this machine cannot see it, or be gone. */
  private Optional<ShardManifest> corpus(List<ResolvedSetting> settings) {
    Optional<String> path =
        settings.stream()
            .filter(setting -> setting.path().equals("corpus"))
            .map(setting -> StoredSettings.plain(setting.value()))
            .findFirst();
    try {
      return path.filter(corpus -> ShardManifest.exists(storage, corpus))
          .map(corpus -> ShardManifest.open(storage, corpus));
    } catch (ConfigException | CorruptDataException | ClusterException e) {
      LOG.warn("event=report_without_corpus reason={}", e.getMessage());
      return Optional.empty();
    }
  }

  private Run.Stage stage(Run run, boolean live) {
    long total = run.totalSteps().orElse(0);
    boolean over = total == 0 || run.step() >= total || endedEarly(run);
    if (run.exported() && over && !(live && run.step() < total)) {
      return Run.Stage.FINISHED;
    }
    Optional<String> failure = run.state().flatMap(TrainingState::failure);
    if (failure.isPresent() && total > 0 && run.step() >= total) {
      return Run.Stage.FAILED;
    }
    if (run.metrics().events().end().isPresent()) {
      return Run.Stage.STOPPED;
    }
    boolean recent = run.metrics().end().filter(end -> isRecent(run, end)).isPresent();
    if (live || recent) {
      return run.metrics().step() == 0 ? Run.Stage.BEGINNING : Run.Stage.RUNNING;
    }
    return run.step() == 0 ? Run.Stage.BEGINNING : Run.Stage.STOPPED;
  }

  /** A run can go on behind an early end, with more patience or steps. */
  private static boolean endedEarly(Run run) {
    List<RunEvent> ends = run.metrics().events().of("early_stop");
    return !ends.isEmpty() && ends.get(ends.size() - 1).step() >= run.step();
  }

  private boolean isRecent(Run run, Instant end) {
    double limit = Math.max(LEAST_SECONDS, DISTANCES * usualDistance(run));
    return Duration.between(end, now).toSeconds() < limit;
  }

  /**
   * Seconds between the newest checkpoints: the middle one of some distances, as a start may lie
   * days behind the end of the one before, and of many checkpoints those in the middle are not
   * kept.
   */
  private static double usualDistance(Run run) {
    List<RunEvent> saved = run.metrics().events().of("checkpoint");
    double[] distances =
        IntStream.range(Math.max(0, saved.size() - NEWEST), saved.size())
            .mapToDouble(i -> saved.get(i).seconds() - (i == 0 ? 0 : saved.get(i - 1).seconds()))
            .sorted()
            .toArray();
    return distances.length == 0 ? 0 : distances[distances.length / 2];
  }
}
