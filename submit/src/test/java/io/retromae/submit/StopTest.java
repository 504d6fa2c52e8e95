package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real signals to a real process: it saves, ends with 5, and the same command goes on. */
class StopTest {
  @TempDir static Path folder;

  @BeforeAll
  static void makeACorpus() {
    Commands.run(etl(folder.resolve("corpus")));
  }

  private static List<String> etl(Path output) {
    return Commands.etl(output, Commands.WUDAO, "wudao");
  }

  private static List<String> pretrain(String name, int steps) {
    return Commands.pretrain(
        folder.resolve("corpus"),
        folder.resolve(name),
        "--set",
        "optimizer.lr_scheduler_type=constant",
        "--set",
        "schedule.max_steps=" + steps,
        "--set",
        "logging.logging_steps=1");
  }

  /**
   * Where this process was started to ignore SIGINT (by nohup, or in the background of a script),
   * its children would, too, and a JVM leaves it so: then they are started by way of env.
   */
  private static List<String> heedingInterrupts() throws IOException {
    long ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
            .findFirst()
            .orElse(0);
    boolean interrupts = (ignored >> 1 & 1) != 0; // bit n - 1 is signal n
    return interrupts ? List.of("env", "--default-signal=INT") : List.of();
  }

  private static Process start(List<String> words) throws IOException {
    return start(Main.class, words);
  }

  private static Process start(Class<?> main, List<String> words) throws IOException {
    List<String> command = new ArrayList<>(heedingInterrupts());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--add-opens") || flag.startsWith("-D"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(words);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Reads to the first line with {@code part}; all that was read. */
  private static String awaitLine(BufferedReader output, String part) throws IOException {
    StringBuilder read = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      read.append(line).append('\n');
      if (line.contains(part)) {
        return read.toString();
      }
    }
    throw new AssertionError("no line with '" + part + "' in: " + read);
  }

  private static void signal(Process process, String name) throws Exception {
    String command = "kill -" + name + " " + process.pid();
    assertEquals(0, new ProcessBuilder("sh", "-c", command).start().waitFor());
  }

  /** What happens to a process while it runs. */
  private interface Play {
    void with(Process process, BufferedReader output) throws Exception;
  }

  /** After the play the process ends by itself, with 5; it is ended in any case. */
  private static void assertStopped(Process process, Play play) throws Exception {
    try (BufferedReader output = process.inputReader()) {
      play.with(process, output);
      assertEquals(ExitCode.STOPPED, process.waitFor());
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aTerminatedTrainingSavesAndTheSameCommandGoesOn() throws Exception {
    List<String> words = pretrain("resumed", 600);
    assertStopped(
        start(words),
        (training, output) -> {
          awaitLine(output, "step=3 ");
          signal(training, "TERM");
          awaitLine(output, "stopped at step");
        });

    Commands.Result again = Commands.run(words);

    assertEquals(ExitCode.DONE, again.code(), again.err());
    assertTrue(again.out().contains("done     600 steps"), again.out());
    assertTrue(again.out().contains("resume"), again.out());
  }

  @Test
  void aTerminatedFineTuningSavesAndTheSameCommandGoesOn() throws Exception {
    String pairs =
        Path.of(System.getProperty("finetune.golden.dir"), "loss/examples.jsonl").toString();
    List<String> words = new ArrayList<>(List.of("finetune", "--master", "local[1]"));
    for (String setting :
        List.of(
            "init.from=" + Commands.MODEL,
            "data.train=[" + pairs + "]",
            "data={global_batch_size: 8, train_group_size: 2, logical_shards: 1}",
            "data={query_max_length: 16, passage_max_length: 32}",
            "schedule={num_train_epochs: 100}",
            "logging.logging_steps=1",
            "cluster.workers=1")) {
      words.addAll(List.of("--set", setting));
    }
    words.addAll(List.of("--output", folder.resolve("finetuned").toString()));
    assertStopped(
        start(words),
        (training, output) -> {
          awaitLine(output, "step=3 ");
          signal(training, "TERM");
          String rest = awaitLine(output, "stopped at step");
          assertTrue(rest.contains("event=checkpoint"), rest);
        });

    Commands.Result again = Commands.run(words);

    assertEquals(ExitCode.DONE, again.code(), again.err());
    assertTrue(again.out().contains("done     300 steps"), again.out());
    assertTrue(again.out().contains("by the run's own checkpoint"), again.out());
  }

  @Test
  void aNewRunOfPreTrainingLeavesWhatIsNotItsOwn() throws IOException {
    List<String> words = pretrain("replaced", 1);
    Commands.ok(words);
    Path others = folder.resolve("replaced/pairs/mine.jsonl"); // a name that only finetune uses
    Files.createDirectories(others.getParent());
    Files.writeString(others, "{}");

    Commands.ok(Stream.concat(words.stream(), Stream.of("--overwrite")).toList());

    assertTrue(Files.exists(others));
  }

  @Test
  void anInterruptedTrainingSavesToo() throws Exception {
    assertStopped(
        start(pretrain("interrupted", 100_000)),
        (training, output) -> {
          awaitLine(output, "step=3 ");
          signal(training, "INT");
          String rest = awaitLine(output, "stopped at step");
          assertTrue(rest.contains("event=checkpoint"), rest);
        });
  }

  @Test
  void aTerminatedEmbeddingEndsWith5AndGoesOn() throws Exception {
    Path texts = folder.resolve("texts.txt");
    Files.writeString(texts, "天 地 人 ka ke ki.\n".repeat(20_000));
    List<String> words =
        List.of(
            "embed",
            Commands.MODEL,
            texts.toString(),
            folder.resolve("vectors").toString(),
            "--master",
            "local[2]",
            "--set",
            "bytes_per_task=20000");
    assertStopped(
        start(words),
        (job, output) -> {
          awaitLine(output, "records  20,000 to embed");
          signal(job, "TERM");
          awaitLine(output, "stopped; the same command goes on");
        });

    Commands.Result again = Commands.run(words);

    assertEquals(ExitCode.DONE, again.code(), again.err());
    assertTrue(again.out().contains("20,000 embedded"), again.out());
  }

  @Test
  void aTerminatedCorpusJobEndsWith5AndGoesOn() throws Exception {
    List<String> words = etl(folder.resolve("stopped"));
    assertStopped(
        start(words),
        (job, output) -> {
          awaitLine(output, "inputs   3 files");
          signal(job, "TERM");
          awaitLine(output, "stopped; the same command goes on");
        });

    Commands.Result again = Commands.run(words);

    assertEquals(ExitCode.DONE, again.code(), again.err());
    assertTrue(again.out().contains("done     corpus in"), again.out());
  }

  /** A job whose answer to a signal never ends, like a checkpoint to a storage that hangs. */
  static final class Hanging {
    private Hanging() {}

    public static void main(String[] args) throws InterruptedException {
      CountDownLatch never = new CountDownLatch(1);
      try (StopSignal stop = StopSignal.install()) {
        Runnable hang =
            () -> {
              System.out.println("asked");
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            };
        if (args[0].equals("planning")) {
          System.out.println("ready");
          never.await();
        }
        stop.begin();
        if (args[0].equals("early")) {
          System.out.println("ready");
          System.out.println(System.in.read()); // until the test has sent its signal
        }
        stop.asks(hang);
        System.out.println("ready");
        never.await();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void whatHasNotBegunEndsAtOnce() throws Exception {
    assertStopped(
        start(Hanging.class, List.of("planning")),
        (job, output) -> {
          awaitLine(output, "ready");
          signal(job, "TERM");
        });
  }

  @Test
  void aSecondSignalEndsAtOnceWhatTheFirstCannot() throws Exception {
    assertStopped(
        start(Hanging.class, List.of("late")),
        (job, output) -> {
          awaitLine(output, "ready");
          signal(job, "TERM");
          awaitLine(output, "asked");
          assertTrue(job.isAlive());
          signal(job, "INT"); // not TERM: Spark may still be putting its handler of that back
        });
  }

  @Test
  void soItDoesIfTheFirstCameBeforeTheJob() throws Exception {
    assertStopped(
        start(Hanging.class, List.of("early")),
        (job, output) -> {
          awaitLine(output, "ready");
          signal(job, "TERM");
          job.outputWriter().append('\n').flush();
          awaitLine(output, "asked");
          signal(job, "INT");
        });
  }
}
