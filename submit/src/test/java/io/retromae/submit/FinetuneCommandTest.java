package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command finetune as a person types it. */
class FinetuneCommandTest {
  private static final String PAIRS =
      Path.of(System.getProperty("finetune.golden.dir"), "loss/examples.jsonl").toString();

  @TempDir Path folder;

  private Commands.Result finetune(String... more) {
    List<String> words = new ArrayList<>();
    for (String setting :
        List.of(
            "init.from=" + Commands.MODEL,
            "data.train=[" + PAIRS + "]",
            "data={global_batch_size: 8, train_group_size: 2, logical_shards: 2}",
            "data={query_max_length: 16, passage_max_length: 32, query_instruction: 'q: '}",
            "cluster.workers=1")) {
      words.addAll(List.of("--set", setting));
    }
    words.addAll(List.of("--output", folder.resolve("run").toString()));
    words.addAll(List.of(more));
    return Commands.onTwoSlots("finetune", words.toArray(String[]::new));
  }

  @Test
  void aDryRunShowsAllAndTouchesNothing() {
    Commands.Result plan = finetune("--dry-run");

    assertEquals(ExitCode.DONE, plan.code(), plan.err());
    for (String part :
        List.of(
            "cls, normalized, temperature 0.02, global negatives",
            "data     24 lines in 1 data sets",
            "examples: 24 lines; rows of ",
            "cut: ",
            "global batch 8 queries x 2 passages; 3 steps",
            "run: new",
            "tokens at once, 24 vectors of 32",
            "weights, moments, gradients",
            "a step: ",
            "\ncommand\n")) {
      assertTrue(plan.out().contains(part), part + " in " + plan.out());
    }
    assertFalse(Files.exists(folder.resolve("run")));
  }

  @Test
  void aDryRunCountsWhatIsEvaluated() {
    Commands.Result none = finetune("--dry-run");
    Commands.Result some =
        finetune(
            "--dry-run",
            "--set",
            "evaluation={holdout_lines: 8, eval_steps: 1}",
            "--set",
            "schedule.max_steps=4");

    assertFalse(none.out().contains("evaluated"), none.out());
    assertEquals(ExitCode.DONE, some.code(), some.err());
    assertTrue(some.out().contains("and evaluated 5 times, "), some.out());
  }

  @Test
  void aRunEndsWithAModelThatEmbedEvaluatesAndExportKnow() throws IOException {
    Commands.Result done = finetune();
    Commands.Result again = finetune();
    Path texts = Files.writeString(folder.resolve("texts.txt"), "one\ntwo\n");
    Path vectors = folder.resolve("vectors");
    Path exported = folder.resolve("exported");

    assertEquals(ExitCode.DONE, done.code(), done.err());
    assertTrue(done.out().contains("done     3 steps, loss "), done.out());
    assertEquals(ExitCode.DONE, again.code(), again.err());
    Commands.Result embedded =
        Commands.onTwoSlots(
            "embed", folder.resolve("run/export").toString(), "" + texts, "" + vectors);
    assertEquals(ExitCode.DONE, embedded.code(), embedded.err());
    Commands.ok(List.of("export", folder.resolve("run").toString(), exported.toString()));
    assertEquals(
        -1,
        Files.mismatch(
            folder.resolve("run/export/model.safetensors"), exported.resolve("model.safetensors")));
    assertTrue(Files.exists(exported.resolve("1_Pooling/config.json")));
    assertPairsAreVerified();
  }

  private void assertPairsAreVerified() throws IOException {
    List<String> verify = List.of("verify", folder.resolve("run").toString());
    assertTrue(Commands.ok(verify).out().contains("24 lines of pairs hashed"));
    Path packed = folder.resolve("run/pairs/000000.pairs");
    byte[] whole = Files.readAllBytes(packed);
    for (int place : List.of(whole.length / 3, whole.length - 1, whole.length - 7)) {
      byte[] bytes = whole.clone(); // a line, and the table of lines behind them
      bytes[place] ^= 1;
      Files.write(packed, bytes);

      Commands.Result damaged = Commands.run(verify);

      assertEquals(ExitCode.DATA, damaged.code(), damaged.err());
      assertTrue(
          damaged.err().contains("000000.pairs: is not as the manifest says"), damaged.err());
    }
  }

  @Test
  void whatIsWrongIsSaidWithFileAndLine() throws IOException {
    Path bad =
        Files.writeString(
            folder.resolve("bad.jsonl"),
            "{\"query\": \"a\", \"pos\": [\"b\"]}\n{\"query\": \"a\", \"pos\": [1]}\n");

    Commands.Result line = finetune("--set", "data.train=[" + bad + "]", "--dry-run");
    Commands.Result setting = finetune("--set", "objective.kd_weight=2");
    Commands.Result few = finetune("--set", "data.global_batch_size=1000");
    Commands.Result wrong = finetune("--set", "objective.method=retromae");

    assertEquals(ExitCode.DATA, line.code());
    assertTrue(line.err().contains("bad.jsonl, line 2: 'pos[0]' must be a text"), line.err());
    assertEquals(ExitCode.USAGE, setting.code());
    assertTrue(setting.err().contains("objective.kd_weight = 2.0: is for kl_div"), setting.err());
    assertEquals(ExitCode.USAGE, few.code());
    assertTrue(few.err().contains("24 lines in 1 data sets give no batch of 1000"), few.err());
    assertEquals(ExitCode.USAGE, wrong.code());
    assertTrue(wrong.err().contains("unknown setting 'objective.method'"), wrong.err());
  }
}
