package io.retromae.embed.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.worker.JobProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
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
    assertTrue(EmbedProcess.run("local[1]", job("one"), (process, tasks) -> {}));
    assertTrue(EmbedProcess.run("local[4]", job("four"), (process, tasks) -> {}));

    assertUndisturbed("one");
    assertUndisturbed("four");
  }

  @Test
  void aDriverKilledAgainAndAgainGoesOnToTheSameBytes() throws Exception {
    AtomicInteger kills = new AtomicInteger();
    boolean done = false;
    while (!done) {
      int after = UNITS - 6 + 5 * kills.get();
      done =
          EmbedProcess.run(
              "local[2]",
              job("killed"),
              (process, tasks) -> {
                if (tasks == after) {
                  process.destroyForcibly(); // SIGKILL
                  kills.incrementAndGet();
                }
              });
      assertTrue(kills.get() < 20, "it makes progress");
    }

    assertTrue(kills.get() > 1, "killed " + kills + " times");
    assertUndisturbed("killed");
  }

  @Test
  void killedExecutorsCostNothingButTime() throws Exception {
    AtomicInteger kills = new AtomicInteger();

    boolean done =
        EmbedProcess.run(
            "local-cluster[2,1,1024]",
            job("executors"),
            (process, tasks) -> {
              if (tasks == 4 || tasks == UNITS + 3) {
                kills.addAndGet(JobProcess.killAnExecutor(process));
              }
            });

    assertTrue(done);
    assertEquals(2, kills.get());
    assertUndisturbed("executors");
  }
}
