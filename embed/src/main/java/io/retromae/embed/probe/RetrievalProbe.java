package io.retromae.embed.probe;

import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.embed.encoder.WindowEncoder;
import io.retromae.training.bert.BertModel;
import io.retromae.training.bert.Pooling;
import io.retromae.training.collective.Collective;
import io.retromae.training.measure.Probe;
import io.retromae.training.settings.DeviceSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Embeds the tasks' texts with the parameters as they are, ranks all documents for each query, and
 * reports means over queries. Batches, their order and that of sums are the same for every number
 * of ranks, and so are the figures' bits. Stateless between calls.
 */
public final class RetrievalProbe implements Probe {
  private final List<TriedTask> tasks;
  private final Embedding embedding;
  private final ProbeTasks.Words words;
  private final Optional<Integer> steps;

  /**
   * How texts become vectors.
   *
   * @param pooling of a text's hidden states
   * @param normalize whether vectors are divided by their length
   * @param maxLength tokens of a row at most, special ones included
   * @param tokensPerBatch that are embedded at once: no more than training takes
   */
  public record Embedding(Pooling pooling, boolean normalize, int maxLength, int tokensPerBatch) {}

  /**
   * Tries a model on tasks.
   *
   * @param steps between two tries; empty for one at the start and one at the end
   */
  public RetrievalProbe(
      List<TriedTask> tasks, Embedding embedding, ProbeTasks.Words words, Optional<Integer> steps) {
    this.tasks = List.copyOf(tasks);
    this.embedding = embedding;
    this.words = words;
    this.steps = steps;
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
            embedding.pooling(),
            embedding.normalize(),
            embedding.maxLength(),
            embedding.tokensPerBatch(),
            DeviceSetting.AUTO);
    Map<String, Double> figures = new LinkedHashMap<>();
    try (TextEncoder encoder = WindowEncoder.over(model, words.vocabulary(), words.rules(), spec)) {
      for (TriedTask task : tasks) {
        float[][] vectors =
            new SharedVectors(encoder, ranks, goesOn).of(task.rows(), embedding.tokensPerBatch());
        Map<String, Double> means = new SharedScores(task, vectors, ranks, goesOn).means();
        means.forEach((metric, value) -> figures.put(task.figure(metric), value));
      }
    }
    return figures;
  }
}
