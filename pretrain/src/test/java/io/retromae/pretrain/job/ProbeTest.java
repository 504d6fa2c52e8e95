package io.retromae.pretrain.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.embed.probe.TestTask;
import io.retromae.training.loop.MeanLosses;
import io.retromae.training.loop.StepReport;
import io.retromae.training.measure.Probe;
import io.retromae.training.worker.RankRun.Interruption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A probe measures; it changes no bit of a run, and says the same for any number of workers. */
class ProbeTest {
  private static final int STEPS = 12;
  private static final List<String> SETTINGS =
      List.of("data.logical_shards=4", "schedule.max_steps=" + STEPS);

  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    TestCorpus.write(folder.resolve("corpus"), 160);
    TestTask.write(folder.resolve("task"), 15, 40);
    TestTask.write(folder.resolve("small"), 3, 5);
  }

  private static TestRun run(String name, String... more) throws IOException {
    return TestRun.of(folder, name, SETTINGS, more);
  }

  private static TestRun probed(String name, int workers, String... more) throws IOException {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "cluster.workers=" + workers,
                "evaluation.probe.tasks=[{name: big, path: '%s'}, {name: small, path: '%s'}]"
                    .formatted(folder.resolve("task"), folder.resolve("small")),
                "evaluation.probe.query_max_length=8",
                "evaluation.probe.passage_max_length=32",
                "evaluation.probe.steps=5"));
    settings.addAll(Arrays.asList(more));
    return run(name, settings.toArray(String[]::new));
  }

  private static List<MeanLosses> losses(TestRun run) {
    return run.steps.stream().map(StepReport::losses).toList();
  }

  /** What each step's probe said; said again, it must be the same. */
  private static Map<Long, Map<String, Double>> curve(TestRun run) {
    Map<Long, Map<String, Double>> curve = new TreeMap<>();
    for (Probe.Report report : run.probes) {
      Map<String, Double> before = curve.put(report.step(), report.figures());
      assertTrue(before == null || before.equals(report.figures()), "step " + report.step());
    }
    return curve;
  }

  /** The files of all checkpoints, but what names a run's own folder and the time. */
  private static Map<String, ByteBuffer> checkpoints(String name) throws IOException {
    Path run = folder.resolve(name).resolve("checkpoints");
    Map<String, ByteBuffer> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
        contents.put(run.relativize(file).toString(), ByteBuffer.wrap(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  @ParameterizedTest(name = "{0} workers, {1}")
  @CsvSource({
    "1, cluster.zero_stage=0",
    "2, cluster.zero_stage=0",
    "4, cluster.zero_stage=1",
    "2, evaluation.probe.pooling=mean"
  })
  void aRunWithAProbeHasTheBitsOfOneWithout(int workers, String setting) throws Exception {
    String id = workers + setting.replaceAll("\\W", "");
    String[] more =
        setting.contains("probe")
            ? new String[] {"cluster.workers=" + workers}
            : new String[] {"cluster.workers=" + workers, setting};
    TestRun without = run("without" + id, more);
    TestRun with = probed("with" + id, workers, setting);

    without.start(new Interruption.None());
    with.start(new Interruption.None());

    assertEquals(losses(without), losses(with));
    assertEquals(without.vectors(), with.vectors());
    assertEquals(checkpoints("without" + id), checkpoints("with" + id));
    assertTrue(checkpoints("with" + id).size() >= 3, checkpoints("with" + id).keySet().toString());
    assertEquals(List.of(0L, 5L, 10L, 12L), with.probes.stream().map(Probe.Report::step).toList());
    assertTrue(without.probes.isEmpty());
  }

  @Test
  void figuresHaveTheSameBitsForAnyNumberOfWorkers() throws Exception {
    TestRun one = probed("one", 1);
    TestRun two = probed("two", 2);
    TestRun four = probed("four", 4);

    one.start(new Interruption.None());
    two.start(new Interruption.None());
    four.start(new Interruption.None());

    assertEquals(one.probes, two.probes);
    assertEquals(one.probes, four.probes);
    assertEquals(
        List.of(
            "big_mrr_at_10",
            "big_ndcg_at_10",
            "big_recall_at_100",
            "small_mrr_at_10",
            "small_ndcg_at_10",
            "small_recall_at_100"),
        List.copyOf(one.probes.get(0).figures().keySet()));
    double last = one.probes.get(3).figures().get("big_mrr_at_10");
    assertTrue(last > 0.1 && last <= 1, "a part of a text is like the text: " + last);
    assertEquals(1, one.probes.get(0).figures().get("big_recall_at_100"));
  }

  @Test
  void aRunThatDiedHasOneCurveWithoutGaps() throws Exception {
    TestRun whole = probed("whole", 2);
    TestRun disturbed = probed("disturbed", 2);

    whole.start(new Interruption.None());
    disturbed.start(new Interruption.Crash(3)); // before the first checkpoint
    disturbed.start(new Interruption.Crash(11));
    disturbed.start(new Interruption.Stop(12));
    disturbed.start(new Interruption.None());

    assertEquals(curve(whole), curve(disturbed));
  }
}
