package io.retromae.embed.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One, two and four tasks at once, drivers and executors killed with -9: the same bytes. */
class EmbedKillTest {
  private static final int UNITS = 12;

  @TempDir static Path folder;

  /** Of the files that a job leaves which nobody disturbs. */
  private static List<String> expected;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    Random random = new Random(5);
    String[] words = {"天", "地", "人", "ka", "keki", "lo.", "12", "书文"};
    StringBuilder lines = new StringBuilder();
    while (lines.length() < UNITS * 2_000) {
      int count = 1 + random.nextInt(60);
      for (int i = 0; i < count; i++) {
        lines.append(words[random.nextInt(words.length)]).append(' ');
      }
      lines.append('\n');
    }
    Files.writeString(folder.resolve("texts.txt"), lines);
    job("undisturbed").run();
    expected = job("undisturbed").hashes();
    assertTrue(expected.size() > UNITS, expected.toString());
  }

  private static EmbedRun job(String output) {
    return EmbedRun.into(folder.resolve(output))
        .input(folder.resolve("texts.txt"))
        .with("bytes_per_task=3000", "rows_per_file=20", "compute.tokens_per_batch=500");
  }

  private static void assertUndisturbed(String output) throws IOException {
    assertEquals(expected, job(output).hashes());
    VectorVerifier.verify(EmbedRun.STORAGE, folder.resolve(output).toString());
    assertEquals(
        List.of(), VectorGarbage.list(EmbedRun.STORAGE, folder.resolve(output).toString()));
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
    int kills =
        job("killed").process().runKillingDrivers("local[2]", before -> UNITS - 6 + 5 * before);

    assertTrue(kills > 1, "killed " + kills + " times");
    assertUndisturbed("killed");
  }

  @Test
  void killedExecutorsCostNothingButTime() throws Exception {
    int kills = job("executors").process().runKillingExecutors(Set.of(4, UNITS + 3));

    assertEquals(2, kills);
    assertUndisturbed("executors");
  }
}
