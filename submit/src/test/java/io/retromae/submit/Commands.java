package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs commands in this process, and has the words of small jobs. */
final class Commands {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));

  /** The shipped Chinese sample. */
  static final String WUDAO = ROOT + "/examples/wudao/*.json";

  /** Folder of the recorded tiny model. */
  static final String MODEL = Path.of(System.getProperty("finetune.golden.dir"), "tiny").toString();

  private Commands() {}

  /** What a command left behind. */
  record Result(int code, String out, String err) {}

  static Result run(List<String> words) {
    return run(words.toArray(String[]::new));
  }

  static Result run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(words, new PrintStream(out, true), new PrintStream(err, true));
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a job with two task slots of this machine. */
  static Result onTwoSlots(String job, String... words) {
    List<String> all = new ArrayList<>(List.of(job, "--master", "local[2]"));
    all.addAll(List.of(words));
    return run(all);
  }

  /** One that must end well. */
  static Result ok(List<String> words) {
    Result result = run(words);
    assertEquals(ExitCode.DONE, result.code(), result.err());
    return result;
  }

  /** A corpus job over some files, with two task slots of this machine. */
  static List<String> etl(Path output, String path, String format) {
    return words(
        "etl",
        "local[2]",
        output,
        "inputs=[{path: '%s', format: %s}]".formatted(path, format),
        "vocab=" + ROOT.resolve("examples/vocab.txt"),
        "packing.max_seq_length=64",
        "samples_per_shard=256");
  }

  /** A training of one step, unless more words say otherwise. */
  static List<String> pretrain(Path corpus, Path output, String... more) {
    List<String> words =
        words(
            "pretrain",
            "local[1]",
            output,
            "corpus=" + corpus,
            "init.config={hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2}",
            "data={max_seq_length: 32, logical_shards: 1, per_device_train_batch_size: 2}",
            "schedule.max_steps=1",
            "cluster.workers=1");
    words.addAll(List.of(more));
    return words;
  }

  private static List<String> words(
      String command, String master, Path output, String... settings) {
    List<String> words = new ArrayList<>(List.of(command, "--master", master));
    for (String setting : settings) {
      words.addAll(List.of("--set", setting));
    }
    words.addAll(List.of("--output", output.toString()));
    return words;
  }
}
