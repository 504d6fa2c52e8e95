package io.retromae.embed.job.evaluate;

import io.retromae.embed.evaluate.Competitor;
import io.retromae.embed.evaluate.EvaluationPlan;
import io.retromae.embed.job.EncodingMemory;
import io.retromae.embed.job.EncodingWork;
import io.retromae.embed.job.texts.StoredTexts;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TaskKind;
import io.retromae.embed.task.TextSet;
import java.util.Map;

/**
 * About how much memory an evaluation takes, and in how many tasks.
 *
 * @param encoder the largest of them
 * @param parts of texts that one encoder embeds
 * @param driverBytes rankings of a retrieval task and ids of its corpus, or vectors of another task
 */
public record EvaluationEstimate(EncodingMemory encoder, int parts, long driverBytes) {
  private static final long BYTES_PER_ID = 100;

  /** Where vectors are recorded, their width is not looked up. */
  private static final int RECORDED_WIDTH = 1024;

  /** Of a plan. */
  public static EvaluationEstimate of(EvaluationPlan plan) {
    EncodingMemory largest = EncodingMemory.NONE;
    long driver = 0;
    int parts = 0;
    for (Task task : plan.tasks()) {
      for (Map.Entry<TextSet, Task.Texts> set : task.texts().entrySet()) {
        parts += new StoredTexts("", "", set.getValue().count()).parts();
      }
      for (Competitor competitor : plan.competitors()) {
        int width = RECORDED_WIDTH;
        if (competitor instanceof Competitor.Encoder encoder) {
          width = encoder.folder().width();
          for (TextSet set : task.texts().keySet()) {
            largest =
                largest.larger(EncodingMemory.of(encoder.folder().shape(), encoder.spec(set)));
          }
        }
        driver = Math.max(driver, driverBytes(plan, task, width));
      }
    }
    return new EvaluationEstimate(largest, parts, driver);
  }

  /** What all encoders compute, by the first texts of each set, which each of them splits. */
  public static EncodingWork work(EvaluationPlan plan) {
    EncodingWork sum = EncodingWork.NONE;
    for (Task task : plan.tasks()) {
      for (Competitor competitor : plan.competitors()) {
        if (competitor instanceof Competitor.Encoder encoder) {
          for (TextSet set : task.texts().keySet()) {
            sum = sum.plus(work(plan, encoder, task, set));
          }
        }
      }
    }
    return sum;
  }

  private static EncodingWork work(
      EvaluationPlan plan, Competitor.Encoder encoder, Task task, TextSet set) {
    double row = plan.samples().meanTokens(encoder, task, set);
    double tokens = row * task.texts().get(set).count();
    return EncodingWork.of(encoder.folder().shape(), tokens, row);
  }

  private static long driverBytes(EvaluationPlan plan, Task task, int width) {
    if (task.kind() == TaskKind.RETRIEVAL) {
      long found = task.texts().get(TextSet.QUERIES).count() * plan.config().topK();
      return BYTES_PER_ID * (found + task.texts().get(TextSet.CORPUS).count());
    }
    long texts = task.texts().values().stream().mapToLong(Task.Texts::count).sum();
    return 3 * Float.BYTES * width * texts; // as read, by number, and as they are compared
  }
}
