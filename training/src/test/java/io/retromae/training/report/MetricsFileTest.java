package io.retromae.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.page.Point;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFileTest {
  @TempDir Path folder;
  private SampleRun run;

  @BeforeEach
  void begin() throws IOException {
    run = new SampleRun(folder.resolve("运行 1"));
  }

  private RunMetrics read() throws IOException {
    run.write();
    return MetricsFile.read(SampleRun.storage(), run.folder().toString());
  }

  @Test
  void aFileThatIsNotThereTellsNothing() {
    RunMetrics metrics =
        MetricsFile.read(SampleRun.storage(), folder.resolve("nowhere").toString());

    assertEquals(0, metrics.step());
    assertTrue(metrics.curve("loss").isEmpty());
  }

  @Test
  void whatARunDoesAgainCountsOnceAndTheLaterTime() throws IOException {
    run.step(10, 9).step(20, 8).step(30, 70).evaluation(30, 70, 0.7).step(40, 60);
    run.step(21, 7.9).step(30, 7).evaluation(30, 7.1, 0.2).step(40, 6).step(50, 5);

    RunMetrics metrics = read();

    assertEquals(
        List.of(
            new Point(10, 9),
            new Point(20, 8),
            new Point(21, 7.9),
            new Point(30, 7),
            new Point(40, 6),
            new Point(50, 5)),
        metrics.curve("loss").extremes());
    assertEquals(List.of(new Point(30, 7.1)), metrics.curve("eval_loss").extremes());
    assertEquals(50 * 1000, metrics.tokens());
  }

  @Test
  void aRunThatWentBackTwiceHasOneCurve() throws IOException {
    run.step(10, 1).step(20, 2).step(30, 3).step(15, 15).step(25, 25).step(12, 12).step(22, 22);

    assertEquals(
        List.of(new Point(10, 1), new Point(12, 12), new Point(22, 22)),
        read().curve("loss").extremes());
  }

  @Test
  void aTornLastLineIsPassedOverAndOthersAreCounted() throws IOException {
    run.step(10, 9).line("no JSON").line("[1]").step(20, 8);
    run.write();
    Path file = run.folder().resolve("metrics.jsonl");
    String whole = Files.readString(file);
    Files.writeString(file, whole + "{\"step\":30,\"loss\":7.");

    RunMetrics metrics = MetricsFile.read(SampleRun.storage(), run.folder().toString());

    assertEquals(20, metrics.step());
    assertEquals(2, metrics.unreadable());
  }

  @Test
  void numbersThatAreNotFiniteAreRead() throws IOException {
    run.step(10, 9).step(20, Double.NaN).step(30, 8);

    RunMetrics metrics = read();

    assertEquals(1, metrics.curve("loss").notFinite());
    assertEquals(8, metrics.curve("loss").last());
  }

  @Test
  void aMillionRowsAreReadInBoundedMemoryAndMakeASmallPage() throws IOException {
    Path file = run.folder().resolve("metrics.jsonl");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int step = 1; step <= 1_000_000; step++) {
        double loss = 20 / Math.log(step + 2) + (step * 7919L % 1000) / 1000.0;
        out.write("{\"step\":" + step + ",\"loss\":" + loss + ",\"tokens\":7");
        out.write(
            ",\"grad_norm\":"
                + (step * 104_729L % 977) / 100.0
                + ","
                + SampleRun.time(step)
                + "}\n");
      }
    }

    Run read = run.read();
    String page = RunPage.of(read);

    assertEquals(1_000_000, read.metrics().curve("loss").values());
    assertTrue(page.length() < 1_000_000, "characters: " + page.length());
  }
}
