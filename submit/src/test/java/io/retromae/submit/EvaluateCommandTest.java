package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command evaluate as a person types it. */
class EvaluateCommandTest {
  private static final String MODEL = Commands.MODEL;

  @TempDir Path folder;
  private String task;
  private String output;

  @BeforeEach
  void write() throws IOException {
    Path rows = folder.resolve("it's #1/test.jsonl");
    Files.createDirectories(rows.getParent());
    Files.writeString(
        rows,
        """
        {"sentence1": "ka ke", "sentence2": "ka ke", "score": 5}
        {"sentence1": "ka ke", "sentence2": "lo", "score": 1}
        {"sentence1": "ka ke", "sentence2": "ka", "score": 4}
        """);
    task = rows.getParent().toString();
    output = folder.resolve("out").toString();
  }

  private static Commands.Result evaluate(String... words) {
    return Commands.onTwoSlots("evaluate", words);
  }

  @Test
  void modelsAndTasksAreEnough() throws IOException {
    Commands.Result done =
        evaluate("--model", MODEL, "--task", task, "--output", output, "--set", "seed=7");

    assertEquals(ExitCode.DONE, done.code(), done.err());
    assertTrue(done.out().contains("score    tiny on it-s--1: cosine_spearman "), done.out());
    assertTrue(done.out().contains("done     report in " + output), done.out());
    for (String name : List.of("report.html", "report.md", "report.json")) {
      assertTrue(Files.readString(Path.of(output, "report", name)).contains("tiny"), name);
    }
  }

  @Test
  void aDryRunShowsAllAndTouchesNothing() {
    Commands.Result plan =
        evaluate("--model", MODEL, "--task", task, "--output", output, "--dry-run");

    assertEquals(ExitCode.DONE, plan.code(), plan.err());
    for (String part :
        List.of(
            "it-s--1: sts (mteb), 3 texts of 3 characters on average",
            "tiny: file:",
            "cls pooling, normalised, width 32",
            output + ": new",
            "an executor: one model",
            "the driver: rankings",
            "tokens of all encoders",
            "\ncommand\n")) {
      assertTrue(plan.out().contains(part), part + " in " + plan.out());
    }
    assertFalse(Files.exists(Path.of(output)));
  }

  @Test
  void foldersOfOneNameAreToldApartByThoseAroundThem() throws IOException {
    List<String> words = new ArrayList<>();
    for (String run : List.of("a", "b")) {
      Path export = Files.createDirectories(folder.resolve(run)).resolve("export");
      Files.createSymbolicLink(export, Path.of(MODEL).toAbsolutePath());
      words.addAll(List.of("--model", export + "/"));
    }
    words.addAll(List.of("--task", task, "--output", output, "--dry-run"));

    Commands.Result plan = evaluate(words.toArray(String[]::new));

    assertEquals(ExitCode.DONE, plan.code(), plan.err());
    assertTrue(plan.out().contains("a-export: file:"), plan.out());
    assertTrue(plan.out().contains("b-export: file:"), plan.out());
  }

  @Test
  void whatIsWrongIsSaidInALine() throws IOException {
    Files.writeString(Path.of(task, "test.jsonl"), "{\"sentence1\": 1}\n");
    Commands.Result kind = evaluate("--model", MODEL, "--task", task, "--output", output);
    Files.writeString(
        Path.of(task, "test.jsonl"), "{\"sentence1\": \"a\", \"sentence2\": 1, \"score\": 1}\n");
    Commands.Result record = evaluate("--model", MODEL, "--task", task, "--output", output);
    Commands.Result nothing = evaluate("--task", task, "--output", output);

    assertEquals(ExitCode.USAGE, kind.code(), kind.err());
    assertTrue(kind.err().contains("of no known kind"), kind.err());
    assertEquals(ExitCode.DATA, record.code(), record.err());
    assertTrue(record.err().contains("test.jsonl record 1: 'sentence2' must be a text"));
    assertEquals(1, record.err().lines().count(), record.err());
    assertEquals(ExitCode.USAGE, nothing.code());
    assertTrue(nothing.err().contains("competitors"), nothing.err());
  }
}
