package io.retromae.embed.probe;

import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.embed.encoder.WindowEncoder;
import io.retromae.training.bert.BertModel;
import io.retromae.training.collective.Collective;
import io.retromae.training.measure.Probe;
import io.retromae.training.settings.DeviceSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Embeds the tasks' texts with the parameters as they are, ranks all documents by cosine for each
 * query, and reports means over queries. Batches, their order and that of sums are the same for
 * every number of ranks, and so are the figures' bits. Stateless between calls.
 */
final class RetrievalProbe implements Probe {
  private final List<TriedTask> tasks;
  private final ProbeSettings settings;
  private final Optional<Integer> steps;
  private final int tokensPerBatch;
  private final ProbeTasks.Words words;

  RetrievalProbe(
      List<TriedTask> tasks,
      ProbeSettings settings,
      Optional<Integer> steps,
      int tokensPerBatch,
      ProbeTasks.Words words) {
    this.tasks = tasks;
    this.settings = settings;
    this.steps = steps;
    this.tokensPerBatch = tokensPerBatch;
    this.words = words;
  }

  @Override
  public Kind kind() {
    return Kind.TASKS;
  }

  @Override
  public boolean dueAfter(long step, long totalSteps) {
    return step == 0 || step == totalSteps || steps.isPresent() && step % steps.get() == 0;
  }

  @Override
  public Map<String, Double> measure(BertModel model, Collective ranks, Runnable goesOn) {
    EncoderSpec spec =
        new EncoderSpec(
            "the model that is trained",
            settings.pooling(),
            true,
            Math.max(settings.queryMaxLength(), settings.passageMaxLength()),
            tokensPerBatch,
            DeviceSetting.AUTO);
    Map<String, Double> figures = new LinkedHashMap<>();
    try (TextEncoder encoder = WindowEncoder.over(model, words.vocabulary(), words.rules(), spec)) {
      for (TriedTask task : tasks) {
        float[][] vectors =
            new SharedVectors(encoder, ranks, goesOn).of(task.rows(), tokensPerBatch);
        Map<String, Double> means = new SharedScores(task, vectors, ranks, goesOn).means();
        means.forEach((metric, value) -> figures.put(ProbeTasks.figure(task, metric), value));
      }
    }
    return figures;
  }
}
