package io.retromae.training.report;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/** A run's folder as a job leaves it, without the training. */
public final class SampleRun {
  static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");

  private static final String PRETRAIN =
      """
      corpus: /data/corpus  # --set
      output: %s  # --set
      init:
        from: null  # default
      objective:
        method: retromae  # default
      data:
        mixture_weights: manifest  # default
        source_weights: {}  # default
      optimizer:
        learning_rate: 1.0e-3  # conf/a.yaml:7
        max_grad_norm: 1.0  # default
      schedule:
        max_steps: 100  # --set
      """;

  private final Path folder;
  private final StringBuilder metrics = new StringBuilder();

  /** In a new folder. */
  public SampleRun(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    config(PRETRAIN.formatted(folder));
  }

  /** Where it lies. */
  public Path folder() {
    return folder;
  }

  /** The text of config.yaml. */
  public SampleRun config(String yaml) throws IOException {
    Files.writeString(folder.resolve("config.yaml"), yaml);
    return this;
  }

  /** Adds a line of metrics.jsonl. */
  public SampleRun line(String json) {
    metrics.append(json).append('\n');
    return this;
  }

  static String time(long seconds) {
    return "\"time\":\"" + BEGIN.plusSeconds(seconds) + "\"";
  }

  /** A logged step; a step takes two seconds. */
  public SampleRun step(long step, double loss) {
    return line(row(step, loss));
  }

  static String row(long step, double loss) {
    String value = Double.isFinite(loss) ? Double.toString(loss) : "\"" + loss + "\"";
    return String.format(
        Locale.ROOT,
        "{\"step\":%d,\"epoch\":0,\"loss\":%s,\"encoder_loss\":%s,\"decoder_loss\":%s,\"grad_norm\":1.5,"
            + "\"lr\":1.0E-4,\"skipped_steps\":0,\"tokens\":1000,\"samples\":32,\"tokens_per_s\":500.0,"
            + "\"data_wait_ms\":2.0,\"rank_data_ms\":[1.0,2.0],\"compute_ms\":800.0,\"rank_compute_ms\":[700.0,800.0],"
            + "\"communication_ms\":30.0,\"rank_communication_ms\":[30.0,10.0],\"idle_ms\":90.0,\"rank_idle_ms\":[90.0,0.0],"
            + "\"slowest_rank\":1,\"slowest_pct\":7.0,\"rss_mb\":1300.0,\"rank_rss_mb\":[1200.0,1300.0],%s}",
        step,
        value,
        value,
        value,
        time(2 * step));
  }

  /** What was measured after a step. */
  public SampleRun evaluation(long step, double loss, double ndcg) {
    return line("{\"step\":%d,\"eval_loss\":%s,\"eval_encoder_accuracy\":0.25,\"eval_samples\":64,\"eval_seconds\":1.0,%s}"
            .formatted(step, loss, time(2 * step)))
        .line(
            "{\"step\":%d,\"eval_probe_医疗_ndcg_at_10\":%s,\"eval_probe_医疗_mrr_at_10\":0.3,\"eval_probe_seconds\":1.0,%s}"
                .formatted(step, ndcg, time(2 * step)));
  }

  /** Two workers have come. */
  public SampleRun workers(long second) {
    for (int rank = 0; rank < 2; rank++) {
      line(
          "{\"event\":\"worker\",\"rank\":%d,\"host\":\"host-%d\",\"executor\":\"%d\",\"pid\":7,\"engine\":\"PyTorch:2.7.1, capabilities\",\"threads\":4,\"device\":\"cpu\",%s}"
              .formatted(rank, rank, rank, time(second)));
    }
    return this;
  }

  /** A checkpoint: the event, and what lies in the folder. */
  public SampleRun checkpoint(long step, double first, double last) throws IOException {
    line(
        "{\"event\":\"checkpoint\",\"step\":%d,\"bytes\":20464334,\"seconds\":0.5,\"snapshot_ms\":9.0,%s}"
            .formatted(step, time(2 * step)));
    Path files = Files.createDirectories(folder.resolve("checkpoints/step-%08d-1".formatted(step)));
    Files.writeString(
        folder.resolve("checkpoints/step-%08d-1.json".formatted(step)),
        """
        {"formatVersion": 3, "step": %d, "attempt": 1, "folder": "step-%08d-1",
         "state": {"step": %d, "updates": %d, "skippedInARow": 0, "firstLoss": %s,
          "lastLosses": {"total": %s}, "lossWindow": {"count": 9, "mean": %s, "variance": 0.1, "spiking": false},
          "lastEvaluation": {"step": 0, "sums": {"rows": 0}}},
         "files": []}
        """
            .formatted(step, step, step, step, first, last, last));
    Files.writeString(
        files.resolve("run.json"),
        """
        {"method": "retromae", "lowerCase": true, "maxSeqLength": 128, "corpusSamples": 1000,
         "corpusTokens": 120000, "sources": {"wudao/医疗问答": 600, "pile/<b>&": 400}, "settings": {}}
        """);
    Files.writeString(
        files.resolve("config.json"),
        "{\"num_hidden_layers\": 2, \"hidden_size\": 128, \"vocab_size\": 8192}");
    return this;
  }

  /** The model was exported. */
  public SampleRun exported() throws IOException {
    Files.createDirectories(folder.resolve("export"));
    Files.writeString(folder.resolve("export/config.json"), "{}");
    return this;
  }

  /** Writes metrics.jsonl. */
  public SampleRun write() throws IOException {
    Files.writeString(folder.resolve("metrics.jsonl"), metrics);
    return this;
  }

  /** A whole run: 100 steps, evaluated, with a failure on the way, exported. */
  public static SampleRun whole(Path folder) throws IOException {
    SampleRun run = new SampleRun(folder).workers(0).evaluation(0, 10, 0.1);
    for (int step = 10; step <= 100; step += 10) {
      run.step(step, 10 * Math.exp(-step / 60.0));
      if (step == 50) {
        run.checkpoint(50, 10, 4.3).evaluation(50, 4.5, 0.2);
        run.line(
            "{\"event\":\"resume\",\"step\":50,\"cause\":\"executor 1 lost <here>\",%s}"
                .formatted(time(102)));
        run.workers(103);
      }
    }
    return run.evaluation(100, 2.1, 0.4).checkpoint(100, 10, 1.9).exported().write();
  }

  static Storage storage() {
    return new Storage(new Configuration());
  }

  Run read() {
    return new RunFiles(storage(), folder.toString(), BEGIN.plusSeconds(86_400)).read(false);
  }

  String page() {
    return RunPage.of(read());
  }
}
