package io.retromae.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class RunPageTest {
  @TempDir Path folder;

  private static Document parsed(String page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  /** What a reader sees: neither style nor scripts. */
  private static String words(String page) throws Exception {
    return ((org.w3c.dom.Element) parsed(page).getElementsByTagName("main").item(0))
        .getTextContent()
        .replaceAll("[\\s\u00a0]+", " ");
  }

  private SampleRun empty() throws IOException {
    return new SampleRun(folder.resolve("run"));
  }

  @Test
  void aWholeRunAnswersWhatHowAndWhatNext() throws Exception {
    String words = words(SampleRun.whole(folder.resolve("医疗 run")).page());

    assertTrue(words.contains("An encoder, pre-trained by RetroMAE (2 layers × 128"), words);
    assertTrue(words.contains("On /data/corpus: 1,000 samples, 120,000 tokens."), words);
    assertTrue(words.contains("Most read: wudao/医疗问答 60 %, pile/<b>& 40 %."), words);
    assertTrue(words.contains("Finished: 100 steps done, the model is exported"), words);
    assertTrue(words.contains("Loss fell from 8.4648 to"), words);
    assertTrue(
        words.contains("nDCG@10 on 医疗, zero-shot, rose from 0.1000 to 0.4000, its best."), words);
    assertTrue(words.contains("finetune --set 'init.from="), words);
    assertTrue(words.contains("1 failure was survived"), words);
    assertTrue(words.contains("executor 1 lost <here>; went on from step 50"), words);
    assertFalse(words.contains("the job was started again"), words);
  }

  @Test
  void chartsSayWhatThereIsNoDataOf() throws Exception {
    String words = words(SampleRun.whole(folder.resolve("run")).page());

    assertTrue(words.matches(".*Model FLOP utilisation[^.]*\\.No data yet\\..*"), words);
  }

  @Test
  void aRunThatHasToldNothingHasAPage() throws Exception {
    String words = words(empty().page());

    assertTrue(words.contains("Nothing to judge yet"), words);
    assertTrue(words.contains("LossFaint as logged"), words);
    assertTrue(words.contains("No data yet."), words);
  }

  @Test
  void aFolderWithoutConfigurationHasAPage() throws Exception {
    SampleRun run = empty().step(1, 9).write();
    Files.delete(run.folder().resolve("config.yaml"));

    assertTrue(words(run.page()).contains("config.yaml is not there."));
  }

  @Test
  void oneStepIsTooFewToJudge() throws Exception {
    String words = words(empty().step(1, 9.5).write().page());

    assertTrue(words.contains("Loss is 9.5000 after one logged step"), words);
    assertTrue(words.contains("too few to tell"), words);
    assertTrue(words.contains("Stopped at step 1 of 100"), words);
  }

  @Test
  void aLossThatIsNoNumberIsBad() throws Exception {
    SampleRun run = empty();
    for (int step = 1; step <= 8; step++) {
      run.step(step, step < 8 ? 9 : Double.NaN);
    }
    run.line(
        "{\"event\":\"step_skipped\",\"step\":8,\"loss\":\"NaN\",\"grad_norm\":\"Infinity\",\"skipped_steps\":1,\"in_a_row\":1,%s}"
            .formatted(SampleRun.time(16)));

    String words = words(run.write().page());

    assertTrue(words.contains("The newest loss is NaN."), words);
    assertTrue(words.contains("but something is wrong"), words);
    assertTrue(words.contains("1 step was skipped"), words);
    assertTrue(words.contains("gradient norm Infinity"), words);
  }

  @Test
  void aStoppedRunNamesTheCommandThatGoesOn() throws Exception {
    SampleRun run = empty().step(10, 9).checkpoint(10, 9, 9).write();

    assertTrue(
        words(run.page()).contains("submit/retromae pretrain -c " + run.folder() + "/config.yaml"));
  }

  @Test
  void aJobThatEndedWithAnErrorSaysWhich() throws Exception {
    SampleRun run = empty().step(10, 9).checkpoint(10, 9, 9);
    run.line(
        "{\"event\":\"end\",\"how\":\"failed\",\"reason\":\"disk <full>\",%s}"
            .formatted(SampleRun.time(30)));
    Run justNow =
        new RunFiles(
                SampleRun.storage(),
                run.write().folder().toString(),
                SampleRun.BEGIN.plusSeconds(31))
            .read(false);

    String words = words(RunPage.of(justNow));

    assertTrue(words.contains("Stopped at step 10 of 100, but something is wrong."), words);
    assertTrue(words.contains("The job ended with an error: disk <full>."), words);
    assertTrue(words.contains("First mend what it ended with."), words);
  }

  @Test
  void aRunWhoseJobAsksIsRunning() throws Exception {
    SampleRun run = empty().step(10, 9).step(20, 8).write();
    Run live =
        new RunFiles(SampleRun.storage(), run.folder().toString(), SampleRun.BEGIN).read(true);

    String words = words(RunPage.of(live));

    assertTrue(words.contains("Running, at step 20 of 100"), words);
    assertTrue(words.contains("About 2 min 40 s to go"), words);
  }

  /** What the page of a run of 100,000 steps says some time after its last line. */
  private static String later(SampleRun run, long seconds) throws Exception {
    run.config(
        Files.readString(run.folder().resolve("config.yaml"))
            .replace("max_steps: 100 ", "max_steps: 100000 "));
    Instant now = SampleRun.BEGIN.plusSeconds(seconds);
    return words(
        RunPage.of(
            new RunFiles(SampleRun.storage(), run.write().folder().toString(), now).read(false)));
  }

  @Test
  void aKilledRunOfManyCheckpointsIsNotRunningForDays() throws Exception {
    SampleRun run = empty();
    for (int step = 300; step <= 60_000; step += 300) { // ten minutes
      run.step(step, 9)
          .line(
              "{\"event\":\"checkpoint\",\"step\":%d,\"bytes\":1,\"seconds\":0.5,%s}"
                  .formatted(step, SampleRun.time(2L * step)));
    }

    assertTrue(later(run, 120_000 + 1_400).contains("Running, at step 60,000"));
    assertTrue(later(run, 120_000 + 3_600).contains("Stopped at step 60,000"));
  }

  @Test
  void aRunThatGoesOnBehindItsEarlyEndIsNotFinished() throws Exception {
    SampleRun run = empty().step(10, 9).checkpoint(10, 9, 9).exported();
    run.line(
        "{\"event\":\"early_stop\",\"step\":10,\"metric\":\"eval/loss\",\"best_step\":5,%s}"
            .formatted(SampleRun.time(20)));
    assertTrue(later(run, 30).contains("Finished: ended early"), later(run, 30));

    run.step(20, 8);

    assertTrue(later(run, 50).contains("Running, at step 20"), later(run, 50));
  }

  @Test
  void anExecutorThatWasLostIsToldWithItsReason() throws Exception {
    SampleRun run = empty().step(10, 9);
    run.line(
        "{\"event\":\"executor_lost\",\"executor\":\"7\",\"detail\":\"exit 137\",%s}"
            .formatted(SampleRun.time(20)));

    assertTrue(run.write().page().contains("executor lost 7: exit 137"));
  }

  @Test
  void aRunThatLearnsByHeartIsToldSo() throws Exception {
    SampleRun run = empty();
    for (int step = 1; step <= 10; step++) {
      run.step(step, 10 - step).evaluation(step, 5 + Math.abs(step - 4), 0.1);
    }

    String words = words(run.write().page());

    assertTrue(words.contains("above its best of 5.0000 at step 4"), words);
  }

  @Test
  void aLossThatDoesNotMoveIsAPointToLookAt() throws Exception {
    SampleRun run = empty();
    for (int step = 1; step <= 40; step++) {
      run.step(step, 9 + 0.01 * (step % 3));
    }

    assertTrue(words(run.write().page()).contains("it learnt next to nothing"));
  }

  @Test
  void aJobThatWasKilledAndStartedAgainIsToldApartFromAFailure() throws Exception {
    SampleRun run = empty().workers(0).step(10, 9).workers(100).step(20, 8).write();

    String words = words(run.page());

    assertTrue(words.contains("The job was started again once; the run went on"), words);
  }

  @Test
  void aRanksTimesAreMeansOfTheStepsThatItTookPartIn() throws Exception {
    SampleRun run = empty().step(1, 9).step(2, 9);
    for (int step = 3; step <= 8; step++) {
      run.line(
          "{\"step\":%d,\"loss\":9,\"rank_compute_ms\":[500.0],\"slowest_rank\":0,%s}"
              .formatted(step, SampleRun.time(2L * step)));
    }

    RankSums ranks = run.write().read().metrics().ranks();

    assertEquals(550, ranks.mean(0, RankSums.Part.COMPUTE), "of 8 steps");
    assertEquals(800, ranks.mean(1, RankSums.Part.COMPUTE), "of 2 steps");
    assertEquals(1, ranks.slowestShare(1), "of 2 steps");
    assertEquals(0.75, ranks.slowestShare(0), "of 8 steps");
  }

  private static String worker(int rank, String host, long second) {
    return "{\"event\":\"worker\",\"rank\":%d,\"host\":\"%s\",\"executor\":\"%s\",\"device\":\"cpu\",\"threads\":4,%s}"
        .formatted(rank, host, rank, SampleRun.time(second));
  }

  @Test
  void workersThatAreGoneAreShownAsEarlierOnes() throws Exception {
    SampleRun run = empty().workers(0).step(1, 9);
    run.line(
        "{\"event\":\"resume\",\"step\":1,\"cause\":\"lost\",%s}".formatted(SampleRun.time(3)));
    run.line(worker(0, "host-0", 4)).step(2, 9);

    String words = words(run.write().page());
    String hardware = words.replaceFirst(".*Hardware(?=rank)", "");

    assertTrue(words.contains("1 worker on 1 host, cpu"), words);
    assertTrue(hardware.indexOf("host-0") < hardware.indexOf("Earlier workers"), hardware);
    assertTrue(hardware.indexOf("Earlier workers") < hardware.indexOf("host-1"), hardware);
    assertEquals(1, hardware.split("host-0", -1).length - 1, "the same worker came again");
  }

  @Test
  void workersOfAnAttemptMayComeInAnyOrder() throws Exception {
    SampleRun run = empty().line(worker(1, "b", 0)).line(worker(0, "a", 0)).step(1, 9);
    run.line("{\"event\":\"start\",%s}".formatted(SampleRun.time(3)));
    run.line(worker(1, "d", 4)).line(worker(0, "c", 4));

    RunEvents events = run.write().read().metrics().events();

    assertEquals(
        List.of("c", "d"),
        events.workers().values().stream().map(w -> w.path("host").asText()).toList());
    assertEquals(
        List.of("a", "b"),
        events.goneWorkers().stream().map(w -> w.path("host").asText()).toList());
  }

  @Test
  void textsFromOutsideStayTexts() throws Exception {
    String evil = "</script><script>alert(1)</script>\u202e\u0000<img src=x onerror=alert(1)>";
    String json = new ObjectMapper().writeValueAsString(evil);
    SampleRun run =
        new SampleRun(folder.resolve("a&b<i>\"c"))
            .config("corpus: " + json + "  # " + evil.replace("\u0000", "") + "\n")
            .workers(0)
            .step(1, 9)
            .line("{\"step\":2,\"loss\":8,%s:3,\"eval_probe_<b>_ndcg_at_10\":0.5}".formatted(json))
            .line("{\"event\":%s,\"step\":2,\"reason\":%s}".formatted(json, json))
            .line("{\"event\":\"resume\",\"step\":2,\"cause\":%s}".formatted(json))
            .write();

    String page = run.page();
    Document parsed = parsed(page);

    assertEquals(2, parsed.getElementsByTagName("script").getLength(), "data and drawing");
    assertEquals(0, parsed.getElementsByTagName("img").getLength());
    assertEquals(0, parsed.getElementsByTagName("i").getLength());
    assertFalse(page.contains("\u202e"), "turned direction");
    assertFalse(page.contains("\u0000"), "control character");
    assertEquals(2, page.split("</script>", -1).length - 1, "ends of scripts");
  }

  @Test
  void theSameFilesGiveTheSamePage() throws Exception {
    SampleRun run = SampleRun.whole(folder.resolve("run"));

    assertEquals(run.page(), run.page());
  }

  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "ar-EG", "hi-IN-u-nu-deva"})
  void numbersAreWrittenAlikeWhateverTheDriversLocale(String tag) throws Exception {
    SampleRun run = SampleRun.whole(folder.resolve("run"));
    for (int step = 101; step < 3_000; step += 100) {
      run.step(step, Math.exp(-step / 60.0));
    }
    run.line(
            "{\"event\":\"extend\",\"step\":2900,\"planned\":1000,\"total\":3000,\"how\":\"x\",%s}"
                .formatted(SampleRun.time(9_000)))
        .line("{\"event\":\"failure\",\"rank\":1,\"reason\":\"x\"}")
        .line("{\"event\":\"world_size\",\"step\":2900,\"from\":2,\"to\":1}")
        .write();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.ROOT);
      String page = run.page();
      String json = RunJson.of(run.read());
      String comparison = ComparisonPage.of(List.of(run.read(), run.read()));
      Locale.setDefault(Locale.forLanguageTag(tag));

      assertEquals(page, run.page());
      assertEquals(json, RunJson.of(run.read()));
      assertEquals(comparison, ComparisonPage.of(List.of(run.read(), run.read())));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void thePageLoadsNothingAndRunsNothingElse() throws Exception {
    String page = SampleRun.whole(folder.resolve("run")).page();

    assertTrue(page.contains("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"));
    for (String tag : List.of("link", "img", "iframe")) {
      assertEquals(0, parsed(page).getElementsByTagName(tag).getLength(), tag);
    }
    assertTrue(page.contains("Permission is hereby granted"), "the licence of uPlot");
  }

  @Test
  void programsReadTheSameInJson() throws Exception {
    SampleRun run = SampleRun.whole(folder.resolve("run"));
    RunReport.write(SampleRun.storage(), run.folder().toString(), SampleRun.BEGIN);

    JsonNode json =
        new ObjectMapper().readTree(run.folder().resolve("report/report.json").toFile());

    assertEquals("finished", json.path("stage").asText());
    assertEquals(100, json.path("step").asLong());
    assertEquals(10, json.path("figures").path("loss").path("values").asLong());
    assertEquals(0.6, json.path("sources").get(0).path("share").asDouble());
    assertTrue(Files.exists(run.folder().resolve("report/report.html")));
  }

  @Test
  void severalRunsAreComparedByWhatDiffers() throws Exception {
    SampleRun one = SampleRun.whole(folder.resolve("one"));
    SampleRun other = SampleRun.whole(folder.resolve("other"));
    Path config = other.folder().resolve("config.yaml");
    Files.writeString(config, Files.readString(config).replace("1.0e-3", "5.0e-4"));

    String page =
        RunReport.comparison(
            SampleRun.storage(),
            List.of(one.folder().toString(), other.folder().toString()),
            SampleRun.BEGIN);
    String words = words(page);

    assertTrue(words.contains("optimizer.learning_rate1.0e-35.0e-4"), words);
    assertFalse(words.contains("schedule.max_steps"), words);
    assertTrue(words.contains("nDCG@10 on 医疗"), words);
    assertEquals(1, page.split("class=\"best\"", -1).length - 1, "one of the two");
  }

  @Test
  void runsOfTheSameNameAreToldApartByTheirFolders() throws Exception {
    List<String> folders = new ArrayList<>();
    for (String name : List.of("a/run", "b/run", "c/other", "d/e/run", "f")) {
      folders.add(SampleRun.whole(folder.resolve(name)).folder().toString());
    }

    String page = RunReport.comparison(SampleRun.storage(), folders, SampleRun.BEGIN);

    assertTrue(page.contains("<p class=\"soft\">a/run, b/run, other, e/run, f</p>"), "names");
    assertTrue(words(page).contains("otherFinished: 100 steps done"), words(page));
  }
}
