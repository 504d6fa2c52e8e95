package io.retromae.pretrain.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.training.worker.RankRun;
import io.retromae.training.worker.ShippedSettings;
import io.retromae.training.worker.TrainingTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** A pre-training of all ranks in this process, without Spark. */
final class TestRun extends RankRun {
  /** The smallest model, with a checkpoint after every fourth step. */
  private static final List<String> TINY =
      List.of(
          "init.config.hidden_size=16",
          "init.config.num_hidden_layers=1",
          "init.config.num_attention_heads=2",
          "init.config.max_position_embeddings=32",
          "data.max_seq_length=32",
          "data.per_device_train_batch_size=4",
          "optimizer.learning_rate=5e-3",
          "checkpoint.save_steps=4");

  private TestRun(Path corpus, Path output, List<String> settings) throws IOException {
    super(task(corpus, output, settings), output);
  }

  /**
   * A run of the smallest model; of two settings of one key the later counts.
   *
   * @param folder where {@code corpus} is
   * @param name of the output below it
   * @param settings of all runs of a test
   * @param more those of this one
   */
  static TestRun of(Path folder, String name, List<String> settings, String... more)
      throws IOException {
    List<String> all = new ArrayList<>(settings);
    all.addAll(List.of(more));
    return new TestRun(folder.resolve("corpus"), folder.resolve(name), all);
  }

  private static TrainingTask task(Path corpus, Path output, List<String> settings)
      throws IOException {
    List<String> all = new ArrayList<>(TINY);
    all.addAll(settings);
    all.add("corpus=" + corpus);
    all.add("output=" + output);
    PretrainConfig config = ConfigLoader.load(PretrainConfig.class, List.of(), all).value();
    PretrainPlan plan = PretrainPlan.of(new Storage(new Configuration()), config);
    return new PretrainTask(
        new ShippedSettings(all, List.of()),
        plan.corpusFingerprint(),
        plan.measuredOn(),
        plan.epochEnds());
  }
}
