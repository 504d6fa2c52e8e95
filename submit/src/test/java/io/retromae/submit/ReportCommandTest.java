package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.report.SampleRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportCommandTest {
  @TempDir Path folder;

  private String refused(String... words) {
    Commands.Result result = Commands.run(words);

    assertEquals(ExitCode.USAGE, result.code(), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    return result.err();
  }

  @Test
  void theReportOfARunLiesInItsFolder() throws IOException {
    Path run = SampleRun.whole(folder.resolve("a run 医疗")).folder();

    String said = Commands.ok(List.of("report", run + "/")).out();

    assertEquals("report in " + run + "/report/report.html", said.strip());
    assertTrue(Files.readString(run.resolve("report/report.html")).contains("RetroMAE"));
    assertTrue(Files.exists(run.resolve("report/report.json")));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"de-DE", "hi-IN-u-nu-deva"})
  void numbersAreWrittenAlikeInEveryLocale(String tag) throws IOException {
    Path run = SampleRun.whole(folder.resolve("run")).folder();
    Path page = folder.resolve("page.html");
    Path other = folder.resolve("other.html");
    Commands.ok(List.of("report", run.toString(), "--output", page.toString()));

    Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag(tag));
    Commands.ok(List.of("report", run.toString(), "--output", other.toString()));

    assertEquals(Files.readString(page), Files.readString(other));
  }

  @Test
  void aPageMayBeWrittenElsewhere() throws IOException {
    Path run = SampleRun.whole(folder.resolve("run")).folder();
    Path page = folder.resolve("pages/run.html");

    Commands.ok(List.of("report", run.toString(), "--output", page.toString()));

    assertTrue(Files.size(page) > 0);
    assertTrue(Files.notExists(run.resolve("report")), "the run's folder is left alone");
  }

  @Test
  void severalRunsAreCompared() throws IOException {
    String one = SampleRun.whole(folder.resolve("one")).folder().toString();
    String other = SampleRun.whole(folder.resolve("other")).folder().toString();

    Commands.ok(List.of("report", one, other));

    String page = Files.readString(Path.of(one, "report/comparison.html"));
    assertTrue(page.contains("2 training runs"));
  }

  @Test
  void corporaAndEvaluationsAreMadeOfTheirJson() throws IOException {
    Path corpus = Files.createDirectories(folder.resolve("corpus/report"));
    Files.writeString(
        corpus.resolve("report.json"),
        """
        {"records": 3, "quarantined": {}, "notes": {}, "skippedFiles": [], "badFiles": [], "stages": ["language"],
         "counts": {"rows": [], "edits": [], "lengths": [], "costs": []}, "duplicates": {}, "clusters": [],
         "contamination": [], "samples": 7, "tokens": 99, "cutTokens": 0, "droppedTokens": 0, "shards": 1, "phases": []}
        """);
    Path evaluation = Files.createDirectories(folder.resolve("evaluation/report"));
    Files.writeString(
        evaluation.resolve("report.json"),
        """
        {"format_version": 1, "baseline": "a", "competitors": [{"name": "a", "description": "d", "notes": []}],
         "tasks": [], "comparisons": [], "warnings": [], "settings": [], "provenance": {}}
        """);

    Commands.ok(List.of("report", folder.resolve("corpus").toString()));
    Commands.ok(List.of("report", folder.resolve("evaluation").toString()));

    assertTrue(Files.readString(corpus.resolve("report.html")).contains("7 samples of 99 tokens"));
    assertTrue(Files.readString(evaluation.resolve("report.html")).contains("1 competitor on 0"));
  }

  @Test
  void whatHasNoPageIsRefusedInOneLine() throws IOException {
    String nothing = folder.resolve("nothing").toString();
    Path run = SampleRun.whole(folder.resolve("run")).folder();
    Path mined = Files.createDirectories(folder.resolve("mined/report"));
    Files.writeString(mined.resolve("report.json"), "{\"lines\": 1}");

    assertTrue(refused("report", nothing).contains("no training run"));
    assertTrue(refused("report", folder.resolve("mined").toString()).contains("no training run"));
    assertTrue(refused("report", run.toString(), nothing).contains("not a training run"));
  }

  @Test
  void aReportThatIsNoneIsRefusedAsDamaged() throws IOException {
    Path report = Files.createDirectories(folder.resolve("x/report"));
    Files.writeString(report.resolve("report.json"), "{");

    Commands.Result result = Commands.run("report", folder.resolve("x").toString());

    assertEquals(ExitCode.DATA, result.code());
    assertTrue(result.err().contains("report.json: not a report"), result.err());
  }

  @Test
  void helpSaysWhatOutputTakes() {
    assertTrue(Commands.run("report", "--help").out().contains("--output=FILE"));
  }
}
