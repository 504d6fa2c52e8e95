package io.retromae.training.attempt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import io.retromae.training.metrics.Tracker;
import io.retromae.training.report.SampleRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReporterTest {
  @TempDir Path folder;

  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

  private RunReporter reporter(Path run) {
    return new RunReporter(
        new Storage(new Configuration()), run.toString(), Optional.empty(), lines::add);
  }

  @Test
  void aRunThatGoesOnIsReportedAndItsEndOnceMore() throws IOException {
    SampleRun run = new SampleRun(folder.resolve("run")).workers(0).step(10, 9).write();

    RunReporter reporter = reporter(run.folder());
    reporter.publish();
    reporter.end(Tracker.End.FINISHED);

    assertTrue(Files.exists(run.folder().resolve("report/report.html")));
    assertEquals(List.of("report   " + run.folder() + "/report/report.html"), lines);
  }

  @Test
  void aReportThatCannotBeWrittenIsWarnedOfOnce() throws IOException {
    SampleRun run = new SampleRun(folder.resolve("run")).step(10, 9).write();
    Files.writeString(run.folder().resolve("report"), "a file where the folder would be");

    RunReporter reporter = reporter(run.folder());
    reporter.publish();
    reporter.publish();
    reporter.end(Tracker.End.FINISHED);

    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith("warning  the run's report could not be written"));
  }
}
