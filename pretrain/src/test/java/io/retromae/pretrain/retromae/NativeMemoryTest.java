package io.retromae.pretrain.retromae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import io.retromae.training.bert.AdamWStep;
import io.retromae.training.bert.BatchTensors;
import io.retromae.training.libtorch.FlatVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Memory outside the Java heap: who owns it, and that a run does not gather it. */
class NativeMemoryTest {
  private static final int WARM_UP = 100;
  private static final int STEPS = 500;
  private static final long SLACK_KB = 6_000;

  @Test
  void fiveHundredStepsLeaveNoArrayAndNoMemoryBehind() throws IOException {
    try (RetroMaeModel model = GoldenModels.load("dupmae", DataType.FLOAT32)) {
      FlatVector gradients = model.newVector();
      FlatVector more = model.newVector();
      FlatVector first = model.newVector();
      FlatVector second = model.newVector();
      BatchArrays batch = GoldenBatches.batch("mixed");
      int arrays = 0;
      long resident = 0;
      for (int i = 0; i < WARM_UP + STEPS; i++) {
        if (i == WARM_UP) {
          System.gc();
          arrays = model.liveArrays();
          resident = residentKilobytes();
        }
        try (BatchTensors tensors = model.tensors(batch)) {
          model.gradients(tensors, gradients, i, LossScale.ONE);
          model.gradients(tensors, more, i, LossScale.ONE);
          model.evaluate(tensors);
          model.embeddings(tensors);
        }
        model.add(gradients, more);
        AdamWStep step = new AdamWStep(i + 1, 0.5, 1, 1e-4, 0.9, 0.999, 1e-8, 0.01);
        double norm = model.norms(gradients, model.layout().size())[0];
        model.update(step, norm, gradients, first, second);
      }
      System.gc();

      assertEquals(arrays, model.liveArrays(), "live arrays");
      long grown = residentKilobytes() - resident;
      assertTrue(grown < SLACK_KB, "resident memory grew by " + grown + " kB");
    }
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
