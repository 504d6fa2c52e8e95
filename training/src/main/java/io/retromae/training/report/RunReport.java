package io.retromae.training.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The report of training runs, made from the files of their folders alone. */
public final class RunReport {
  /** Folder of the report within a run's. */
  public static final String FOLDER = "report";

  /** Name of the page. */
  public static final String PAGE = "report.html";

  private RunReport() {}

  /** Whether a folder is that of a training run, one that has told nothing yet included. */
  public static boolean isRun(Storage storage, String folder) {
    return storage.exists(folder + "/" + MetricsFile.NAME)
        || storage.exists(folder + "/checkpoints");
  }

  /**
   * Writes page and JSON of a run into its folder, made from the files of the run alone.
   *
   * @throws ClusterException if files cannot be read or written
   */
  public static void write(Storage storage, String folder, Instant now) {
    write(storage, folder, Optional.empty(), now, false);
  }

  /**
   * The same for the run's own job.
   *
   * @param corpus that it has read; else the report reads it
   * @param live whether the job goes on
   * @throws ClusterException if files cannot be read or written
   */
  public static void write(
      Storage storage, String folder, Optional<ShardManifest> corpus, Instant now, boolean live) {
    Run run = new RunFiles(storage, folder, corpus, now).read(live);
    String to = folder + "/" + FOLDER + "/";
    storage.publish(to + PAGE, RunPage.of(run).getBytes(UTF_8));
    storage.publish(to + "report.json", RunJson.of(run).getBytes(UTF_8));
  }

  /** The page of a run. */
  public static String page(Storage storage, String folder, Instant now) {
    return RunPage.of(new RunFiles(storage, folder, now).read(false));
  }

  /** A page that compares runs. */
  public static String comparison(Storage storage, List<String> folders, Instant now) {
    return ComparisonPage.of(
        folders.stream().map(folder -> new RunFiles(storage, folder, now).read(false)).toList());
  }
}
