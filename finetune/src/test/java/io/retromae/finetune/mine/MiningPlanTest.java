package io.retromae.finetune.mine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run finds in its inputs before Spark starts. */
class MiningPlanTest {
  private static final String LINE = "{\"query\": \"天\", \"pos\": [\"地\"], \"neg\": [\"人\"]}\n";

  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private MineRun job(Path input) {
    return MineRun.into(folder.resolve("out")).input(input);
  }

  @Test
  void idsOfALargePoolGoOnToItsEnd() throws IOException {
    Path pairs = write("train.jsonl", LINE);
    int lines = 70;
    Path pool = folder.resolve("pool.jsonl");
    try (BufferedWriter out = Files.newBufferedWriter(pool)) {
      for (int i = 0; i < lines; i++) {
        out.write("{\"text\": \"" + i + " a".repeat(1 << 19) + "\"}\n"); // 1 MiB
      }
    }
    List<String> ids = new ArrayList<>();

    MiningPlan plan = job(pairs).with("pool=[{path: '%s'}]".formatted(pool)).plan();
    plan.texts()
        .forEach(
            new MiningTexts.Receiver() {
              @Override
              public void document(String id, String text) {
                ids.add(id);
              }

              @Override
              public void other(String id, String text) {}

              @Override
              public void query(String id, String text) {}
            });

    assertEquals(IntStream.rangeClosed(1, lines).mapToObj(i -> "pool.jsonl#" + i).toList(), ids);
  }

  @Test
  void whatTheModelFolderDecidesBelongsToTheIdentity() throws IOException {
    Path pairs = write("train.jsonl", LINE);
    Path model = Files.createDirectories(folder.resolve("model"));
    for (String name : List.of("config.json", "model.safetensors", "vocab.txt")) {
      Files.copy(MineRun.MODEL.resolve(name), model.resolve(name));
    }
    var before = job(pairs).with("model=" + model).plan().vectors().identity();
    assertEquals(before, job(pairs).plan().vectors().identity());

    write(
        "model/config_sentence_transformers.json",
        "{\"prompts\": {\"passage\": \"of a passage: \"}, \"default_prompt_name\": null}");

    var after = job(pairs).with("model=" + model).plan().vectors().identity();
    assertNotEquals(before, after);
    assertEquals("'of a passage: '", after.get("passage_instruction"));
  }

  @Test
  void linesThatMoveAmongFilesAreOtherTexts() throws IOException {
    Path once = write("once/train.jsonl", LINE);
    Path twice = write("twice/train.jsonl", LINE + LINE);

    assertNotEquals(
        job(once).plan().texts().fingerprint(), job(twice).plan().texts().fingerprint());
  }

  @Test
  void everyFileThatATrainingReadsIsRead() throws IOException {
    write("in/a.tsv", "anchor\tpositive\tnegative\n天\t地\t人\n");
    write("in/part.1", LINE);
    write("in/part.2", LINE);

    MiningPlan plan = job(folder.resolve("in")).plan();

    assertEquals(List.of("a.jsonl", "part.1.jsonl", "part.2.jsonl"), plan.names());
    assertEquals(3, plan.texts().counts().lines());
  }

  @Test
  void passagesAreFoundInTheirCorpusById() throws IOException {
    Path pairs =
        write(
            "train.jsonl",
            "{\"query_text\": \"天\", \"positive_document_ids\": [\"1\"], \"negative_document_ids\": [\"2\"]}\n");
    Path corpus =
        write("corpus.jsonl", "{\"docid\": 1, \"text\": \"地\"}\n{\"docid\": 2, \"text\": \"人\"}\n");

    assertEquals(2, job(pairs).with("corpus=" + corpus).plan().texts().documents());
  }

  @Test
  void badLinesNameTheSettingOfThisJob() throws IOException {
    Path pairs = write("train.jsonl", "{\"query\": \"ka\", \"pos\": []}\n");

    String refusal = assertThrows(CorruptDataException.class, () -> job(pairs).plan()).getMessage();

    assertTrue(refusal.contains("bad_records=skip"), refusal);
    assertTrue(!refusal.contains("data.bad_records"), refusal);
  }

  @Test
  void positivesOfAnEqualQueryUnderAnotherInstructionAreNoNegatives() throws IOException {
    Path pairs =
        write(
            "train.jsonl",
            "{\"query\": \"天\", \"prompt\": \"a\", \"pos\": [\"地\"]}\n"
                + "{\"query\": \"天\", \"prompt\": \"b\", \"pos\": [\"人\"]}\n"
                + "{\"query\": \"书\", \"prompt\": \"b\", \"pos\": [\"文\"]}\n");

    MiningTexts texts = job(pairs).with("query_instruction=c").plan().texts();

    assertEquals(3, texts.queries());
    assertArrayEquals(new int[] {0}, texts.query(0).positives());
    assertArrayEquals(new int[] {0, 1}, texts.query(0).scored(-1, new double[] {0.5}).positives());
    assertArrayEquals(new int[] {0, 1}, texts.query(1).scored(-1, new double[] {0.5}).positives());
    assertArrayEquals(new int[] {2}, texts.query(2).scored(-1, new double[] {0.5}).positives());
  }

  @Test
  void anOutputInAnInputIsRefusedAtOnce() throws IOException {
    write("in/train.jsonl", LINE);

    String refusal =
        assertThrows(
                ConfigException.class,
                () -> MineRun.into(folder.resolve("in/out")).input(folder.resolve("in")).plan())
            .getMessage();

    assertTrue(refusal.contains("lies in the input"), refusal);
  }
}
