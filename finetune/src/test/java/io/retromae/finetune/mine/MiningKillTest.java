package io.retromae.finetune.mine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One, two and four tasks at once, drivers and executors killed with -9: the same bytes. */
class MiningKillTest {
  private static final int LINES = 900;

  @TempDir static Path folder;

  /** Of the files that a job leaves which nobody disturbs. */
  private static Map<String, String> expected;

  private static String report;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    Random random = new Random(6);
    Files.createDirectories(folder.resolve("pairs"));
    for (int file = 0; file < 3; file++) {
      StringBuilder lines = new StringBuilder();
      for (int line = 0; line < LINES / 3; line++) {
        lines.append(
            "{\"query\": \"%s\", \"pos\": [\"%s\"], \"neg\": [\"%s\"]}\n"
                .formatted(text(random, 3), text(random, 6), text(random, 6)));
      }
      Files.writeString(folder.resolve("pairs/%d.jsonl".formatted(file)), lines);
    }
    job("undisturbed").run();
    expected = job("undisturbed").hashes();
    report = report("undisturbed");
    assertEquals(3, expected.size());
  }

  private static String text(Random random, int words) {
    String[] all = {"天", "地", "人", "ka", "keki", "lo", "书", "文", "山", "水"};
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(all[random.nextInt(all.length)]).append(' ');
    }
    return text.toString().strip();
  }

  private static MineRun job(String output) {
    return MineRun.into(folder.resolve(output))
        .input(folder.resolve("pairs"))
        .with("scores=true", "fill=random", "compute.tokens_per_batch=500");
  }

  private static String report(String output) throws IOException {
    return Files.readString(folder.resolve(output).resolve("report.json"));
  }

  private static void assertUndisturbed(String output) throws IOException {
    assertEquals(expected, job(output).hashes());
    assertEquals(report, report(output));
    assertFalse(Files.exists(folder.resolve(output).resolve("_work")));
    try (Stream<Path> left = Files.walk(folder.resolve(output).resolve("lines"))) {
      List<Path> files = left.filter(Files::isRegularFile).toList();
      assertEquals(expected.size(), files.size(), files.toString());
    }
  }

  @Test
  void oneAndFourTasksGiveTheSameBytes() throws Exception {
    assertTrue(job("one").process().run("local[1]"));
    assertTrue(job("four").process().run("local[4]"));

    assertUndisturbed("one");
    assertUndisturbed("four");
  }

  @Test
  void aDriverKilledAgainAndAgainGoesOnToTheSameBytes() throws Exception {
    int kills = job("killed").process().runKillingDrivers("local[2]", before -> 3 + 4 * before);

    assertTrue(kills > 1, "killed " + kills + " times");
    assertUndisturbed("killed");
  }

  @Test
  void killedExecutorsCostNothingButTime() throws Exception {
    int kills = job("executors").process().runKillingExecutors(Set.of(4, 14));

    assertEquals(2, kills);
    assertUndisturbed("executors");
  }
}
