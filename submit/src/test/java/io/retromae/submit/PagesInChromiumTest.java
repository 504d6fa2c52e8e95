package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.core.page.Chart;
import io.retromae.core.page.Page;
import io.retromae.core.page.Point;
import io.retromae.core.page.Series;
import io.retromae.embed.report.EvaluationReport;
import io.retromae.etl.report.EtlReport;
import io.retromae.etl.stage.Example;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageCounts;
import io.retromae.training.report.SampleRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pages as a browser shows them: on request, {@code -Dretromae.chromium=/usr/bin/chromium}. With
 * {@code -Dretromae.pages=FOLDER} the pages that lie there are opened, too.
 */
@EnabledIfSystemProperty(named = "retromae.chromium", matches = ".+")
class PagesInChromiumTest {
  private static final List<Integer> WIDTHS = List.of(390, 800, 1400);

  /** Pixels from the top that a reader sees before scrolling. */
  private static final int FIRST_SCREEN = 800;

  @TempDir Path folder;

  private ChromiumPage open(Path page) throws Exception {
    String chromium = System.getProperty("retromae.chromium");
    return ChromiumPage.open(
        chromium, page, folder.resolve("browser-" + page.getFileName()), WIDTHS);
  }

  private void assertShows(Path page) throws Exception {
    ChromiumPage shown = open(page);

    assertEquals(List.of(), shown.console(), page.toString());
    assertEquals(List.of(), shown.requests(), page.toString());
    assertEquals(WIDTHS.size(), shown.frames().size());
    for (JsonNode frame : shown.frames()) {
      String where = page + ": " + frame;
      assertEquals(frame.path("charts").asInt(), frame.path("drawn").asInt(), where);
      assertEquals(frame.path("charts").asInt(), frame.path("overTime").asInt(), where);
      assertEquals(0, frame.path("wide").asInt(), where);
      assertTrue(frame.path("overflow").asInt() <= 0, where);
    }
  }

  @Test
  void runsAtAllStages() throws Exception {
    Path whole = SampleRun.whole(folder.resolve("医疗 run")).folder();
    Path empty = new SampleRun(folder.resolve("empty")).write().folder();
    Path one = new SampleRun(folder.resolve("one")).workers(0).step(1, Double.NaN).write().folder();
    for (Path run : List.of(whole, empty, one)) {
      Commands.ok(List.of("report", run.toString()));

      assertShows(run.resolve("report/report.html"));
    }
  }

  @Test
  void whatHowAndWhatNextAreOnTheFirstScreen() throws Exception {
    Path run = SampleRun.whole(folder.resolve("run")).folder();
    Commands.ok(List.of("report", run.toString()));

    for (JsonNode frame : open(run.resolve("report/report.html")).frames()) {
      boolean phone = frame.path("width").asInt() < 500;
      int last = frame.path("answers").get(phone ? 1 : 2).asInt();
      assertTrue(last < FIRST_SCREEN, frame.toString());
    }
  }

  @Test
  void runsCompared() throws Exception {
    Path one = SampleRun.whole(folder.resolve("one")).folder();
    Path other = SampleRun.whole(folder.resolve("other")).folder();
    Path page = folder.resolve("compared.html");

    Commands.ok(List.of("report", one.toString(), other.toString(), "--output", page.toString()));

    assertShows(page);
  }

  @Test
  void corpusAndEvaluation() throws Exception {
    Path corpus = folder.resolve("corpus.html");
    Files.writeString(corpus, io.retromae.etl.report.HtmlReport.of(corpus()));
    Path evaluation = folder.resolve("evaluation.html");
    Files.writeString(evaluation, io.retromae.embed.report.HtmlReport.of(evaluation()));

    assertShows(corpus);
    assertShows(evaluation);
  }

  @Test
  void pagesThatAreGiven() throws Exception {
    String given = System.getProperty("retromae.pages", "");
    if (!given.isEmpty()) {
      try (var pages = Files.newDirectoryStream(Path.of(given), "*.html")) {
        for (Path page : pages) {
          assertShows(page);
        }
      }
    }
  }

  @Test
  void faultsAreSeen() throws Exception {
    Path bad = folder.resolve("bad.html");
    Files.writeString(
        bad,
        "<html><body><div style=\"width:2000px\">wide</div><div data-chart=\"0\"></div>"
            + "<script>console.error('broken')</script><img src=\"http://nowhere.invalid/x.png\"></body></html>");

    ChromiumPage shown = open(bad);

    assertFalse(shown.console().isEmpty());
    assertFalse(shown.requests().isEmpty());
    assertTrue(shown.frames().get(0).path("overflow").asInt() > 0);
    assertEquals(0, shown.frames().get(0).path("drawn").asInt());
  }

  @Test
  void aScriptThatIsNotThePagesDoesNotRun() throws Exception {
    Page page = new Page("a page", "");
    page.body().raw("<script>document.title = 'taken over'; console.error('ran')</script>");
    page.charts(
        List.of(
            new Chart(
                "one",
                "",
                "",
                Chart.Unit.PLAIN,
                Chart.Scale.FITTED,
                List.of(
                    new Series(
                        "s",
                        Series.Kind.LINE,
                        0,
                        page.clock("", List.of(), List.of()),
                        List.of(new Point(1, 2), new Point(2, 3)))))));
    Path file = folder.resolve("attacked.html");
    Files.writeString(file, page.toString());

    ChromiumPage shown = open(file);

    assertTrue(shown.console().stream().noneMatch(line -> line.contains("\"ran\"")), "it ran");
    assertEquals(1, shown.frames().get(0).path("drawn").asInt());
  }

  private static EtlReport corpus() {
    StageCounts counts = new StageCounts();
    StageCounts.Where where = new StageCounts.Where("wudao/医疗问答 <b>", "zh");
    Measure measure = Measure.of("一二三四五六七八九十", 9);
    counts.pass(where, StageCounts.READ, measure);
    counts.pass(where, StageCounts.READ, measure);
    counts.drop(where, "language", "not_in_list", measure, Example.of(1, "0".repeat(32), "例"));
    counts.pass(where, StageCounts.PACKED, measure);
    return new EtlReport(
        "",
        List.of(new EtlReport.Warning("language drops 1 of 2", List.of("例 <i>"))),
        List.of(
            new EtlReport.Input(
                "inputs[0] /data/很长的路径/" + "x".repeat(120), 2, Map.of(), 0, Map.of())),
        2,
        Map.of("missing_text", 1L),
        Map.of("blank_lines", 2L),
        List.of("a.txt: not read"),
        List.of(),
        List.of("language"),
        counts.counts(),
        Map.of("near duplicates dropped", 1L),
        List.of(),
        List.of(),
        3,
        40,
        0,
        0,
        1,
        List.of(new EtlReport.Phase("clean", 1.5)));
  }

  private static EvaluationReport evaluation() {
    EvaluationReport.Score score =
        new EvaluationReport.Score(
            "模型 " + "a".repeat(60),
            0.5,
            Optional.of(new EvaluationReport.Bounds(0.4, 0.6)),
            Optional.empty(),
            Map.of("ndcg_at_10", 0.5),
            Map.of(),
            Optional.empty());
    return new EvaluationReport(
        List.of(
            new EvaluationReport.TaskResult(
                "任务",
                "retrieval",
                "10 queries",
                "ndcg_at_10",
                Map.of(),
                List.of(score),
                List.of())),
        List.of(new EvaluationReport.CompetitorLine(score.competitor(), "a folder", List.of())),
        score.competitor(),
        List.of(),
        List.of("one warning"),
        List.of(),
        Map.of("version", "1"));
  }
}
