package io.retromae.embed.job.evaluate;

import io.retromae.embed.evaluate.Competitor;
import io.retromae.embed.job.texts.SetEncoding;
import io.retromae.embed.job.texts.VectorSet;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TextSet;
import java.util.ArrayList;
import java.util.List;

/** Which vectors of which texts a competitor is asked for. */
final class Encoding {
  private static final int DIGITS = 32;

  private Encoding() {}

  /**
   * Embeds the texts of all tasks.
   *
   * @param output qualified folder of the job
   */
  static void run(
      SetEncoding encoding, String output, Competitor.Encoder encoder, List<Task> tasks) {
    List<VectorSet> sets = new ArrayList<>(); // tasks may share texts
    for (Task task : tasks) {
      for (TextSet set : TextSet.values()) {
        if (task.texts().containsKey(set)) {
          sets.add(vectors(output, encoder, task, set));
        }
      }
    }
    encoding.run(encoder.name(), sets);
  }

  /** The vectors of a set of a task. */
  static VectorSet vectors(String output, Competitor.Encoder encoder, Task task, TextSet set) {
    return new VectorSet(
        TextStore.place(output, task.texts().get(set)),
        encoder.spec(set),
        encoder.instruction(task, set),
        "vectors/" + encoder.vectorsOf(task, set).substring(0, DIGITS));
  }
}
