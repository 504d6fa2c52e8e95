package io.retromae.finetune.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.config.Resolved;
import io.retromae.finetune.config.FinetuneConfig;
import io.retromae.training.attempt.RunIdentity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What another value of a setting makes of a run that goes on. */
class SettingEffectsTest {
  private static Resolved<FinetuneConfig> config(String... more) {
    List<String> all =
        new java.util.ArrayList<>(
            List.of(
                "output=o",
                "init.from=m",
                "data.train=[a.jsonl]",
                "data.global_batch_size=8",
                "evaluation.holdout_lines=8"));
    all.addAll(List.of(more));
    return ConfigLoader.load(FinetuneConfig.class, List.of(), all);
  }

  private static Map<String, String> identity(String... more) {
    return RunIdentity.of(config(more), FinetuneJob.EFFECTS, "data", Optional.of("start"));
  }

  @Test
  void everySettingIsClassified() {
    assertEquals(List.of(), RunIdentity.unclassified(config(), FinetuneJob.EFFECTS));
  }

  @Test
  void harmlessSettingsAreNotOfTheIdentity() {
    assertEquals(
        identity(),
        identity(
            "logging.logging_steps=3",
            "logging.mlflow.uri=http://host:5000",
            "checkpoint.save_steps=7",
            "checkpoint.keep_best=eval/loss",
            "cluster.workers=4",
            "cluster.timeout_seconds=7",
            "evaluation.eval_steps=5",
            "evaluation.probe.pooling=mean",
            "data.tokens_per_chunk=99",
            "schedule.extend=rewarm"));
  }

  @Test
  void whatChangesTheModelIs() {
    for (String setting :
        List.of("optimizer.learning_rate=1", "objective.temperature=1", "schedule.max_steps=9")) {
      assertEquals(
          setting.split("=")[1],
          identity(setting).get(setting.split("=")[0]).replace(".0", ""),
          setting);
    }
  }
}
