package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line of merge, on the recorded tiny model. */
class MergeCommandTest {
  @TempDir Path folder;

  private List<String> words(String... more) {
    List<String> words = new java.util.ArrayList<>();
    words.addAll(List.of("merge", Commands.MODEL, Commands.MODEL));
    words.addAll(List.of("--output", folder.resolve("merged").toString()));
    words.addAll(List.of(more));
    return words;
  }

  @Test
  void foldersBecomeOneThatOpens() {
    Commands.Result result = Commands.ok(words("--weights", "0.25,0.75"));

    assertTrue(result.out().contains("mean of 2 folders"), result.out());
    assertTrue(result.err().contains("0.250000") || result.out().contains("0.250000"));
    Path again = folder.resolve("again");
    Commands.ok(
        List.of(
            "merge", folder.resolve("merged").toString(), Commands.MODEL, "--output", "" + again));
    assertTrue(Files.exists(again.resolve("config.json")));
    assertEquals(ExitCode.USAGE, Commands.run(words()).code(), "it exists now");
  }

  @Test
  void aDryRunTouchesNothing() {
    Commands.Result result = Commands.ok(words("--dry-run"));

    assertTrue(result.out().contains("would merge 2 folders"), result.out());
    assertFalse(Files.exists(folder.resolve("merged")));
  }

  @Test
  void aPoolingIsOneOfThree() {
    Commands.Result result = Commands.run(words("--pooling", "max"));

    assertEquals(ExitCode.USAGE, result.code());
    assertTrue(result.err().contains("must be one of cls, mean, last_token"), result.err());
  }

  @Test
  void whatIsMissingIsNamed() {
    Commands.Result one = Commands.run("merge", Commands.MODEL, "--output", "x");
    assertEquals(ExitCode.USAGE, one.code(), one.err());
    Commands.Result nowhere = Commands.run("merge", Commands.MODEL, Commands.MODEL);
    assertEquals(ExitCode.USAGE, nowhere.code());
    assertTrue(nowhere.err().contains("--output"), nowhere.err());
    Commands.Result weights = Commands.run(words("--weights", "1"));
    assertTrue(weights.err().contains("1 weights for 2 folders"), weights.err());
  }
}
