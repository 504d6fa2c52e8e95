package io.retromae.embed.job.evaluate;

import io.retromae.core.config.ConfigLoader;
import io.retromae.embed.evaluate.Competitor;
import io.retromae.embed.evaluate.EvaluationConfig;
import io.retromae.embed.evaluate.EvaluationPlan;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TextSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Vectors that a run has made, laid out as recorded ones. */
final class RecordedVectors {
  private RecordedVectors() {}

  /** Copies those of the run's first competitor. */
  static void copy(Path output, EvaluationRun run, Path to) throws IOException {
    EvaluationPlan plan =
        EvaluationPlan.of(
            EvaluationRun.STORAGE,
            ConfigLoader.load(EvaluationConfig.class, List.of(), run.settings()).value());
    Competitor.Encoder encoder = (Competitor.Encoder) plan.competitors().get(0);
    for (Task task : plan.tasks()) {
      for (TextSet set : task.texts().keySet()) {
        Path folder =
            output.resolve(Encoding.vectors(output.toString(), encoder, task, set).name());
        Path target = to.resolve(task.name()).resolve(set.label());
        Files.createDirectories(target);
        try (Stream<Path> files = Files.list(folder)) {
          for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
            Files.copy(file, target.resolve(file.getFileName()));
          }
        }
      }
    }
  }
}
