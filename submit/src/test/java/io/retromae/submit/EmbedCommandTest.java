package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command embed as a person types it. */
class EmbedCommandTest {
  private static final String MODEL = Commands.MODEL;

  @TempDir Path folder;
  private String texts;
  private String output;

  @BeforeEach
  void write() throws IOException {
    texts = Files.writeString(folder.resolve("it's #1.txt"), "天\n\n地\n").toString();
    output = folder.resolve("out").toString();
  }

  private static Commands.Result embed(String... words) {
    return Commands.onTwoSlots("embed", words);
  }

  @Test
  void modelTextsAndFolderAreEnoughAndVerifyAndGcKnowTheResult() {
    Commands.Result done = embed(MODEL, texts, output);

    assertEquals(ExitCode.DONE, done.code(), done.err());
    assertTrue(done.out().contains("read 3 records: 3 embedded, 0 null, 0 bad"), done.out());
    assertTrue(done.out().endsWith("done     vectors in " + output + "\n"), done.out());
    String verified = Commands.ok(List.of("verify", output)).out();
    assertEquals("ok       1 files, 3 vectors of 32, 0 null, hashed and counted\n", verified);
    assertEquals("0 not named by the manifest\n", Commands.ok(List.of("gc", output)).out());
    assertTrue(embed(MODEL, texts, output).out().contains("finished already"));
  }

  @Test
  void aDryRunShowsAllAndTouchesNothing() {
    Commands.Result plan = embed(MODEL, texts, output, "--dry-run");

    assertEquals(ExitCode.DONE, plan.code(), plan.err());
    for (String part :
        List.of(
            "it's #1.txt  text, 9 bytes",
            "vectors of 32, cls pooling, normalized",
            output + ": new",
            "an executor: one model",
            "about 3 tokens",
            "\ncommand\n")) {
      assertTrue(plan.out().contains(part), part + " in " + plan.out());
    }
    assertFalse(Files.exists(Path.of(output)));
  }

  @Test
  void halfAShortFormIsRefusedAndSettingsWinOverIt() {
    Commands.Result half = embed(MODEL, texts);
    Commands.Result shown = embed(MODEL, texts, output, "--kind", "query", "--dry-run");
    Commands.Result kind = embed(MODEL, texts, output, "--kind", "queries");

    assertEquals(ExitCode.USAGE, half.code());
    assertTrue(half.err().contains("embed MODEL IN OUT: give all three"), half.err());
    assertTrue(shown.out().contains("kind: query"), shown.out());
    assertTrue(shown.out().contains("has no prompt 'query'"), shown.out());
    assertEquals(ExitCode.USAGE, kind.code());
    assertTrue(kind.err().contains("must be one of query, passage, none"), kind.err());
  }

  @Test
  void whatIsWrongIsSaidInALine() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.jsonl"), "{\"text\": 1}\n");

    Commands.Result model = embed(folder.resolve("none").toString(), texts, output);
    Commands.Result input = embed(MODEL, folder.resolve("none.txt").toString(), output);
    Commands.Result record = embed(MODEL, bad.toString(), output);

    assertEquals(ExitCode.USAGE, model.code());
    assertEquals(1, model.err().lines().count(), model.err());
    assertEquals(ExitCode.USAGE, input.code());
    assertTrue(input.err().contains("none.txt: no file matches"), input.err());
    assertEquals(ExitCode.DATA, record.code());
    assertTrue(record.err().contains("bad.jsonl record 1: 'text' must be a text"), record.err());
    assertEquals(2, record.err().lines().count(), record.err());
  }

  @Test
  void idsOfACorpusAreEmbeddedByTheModelThatWasTrainedOnItAndByNoOther() {
    Path corpus = folder.resolve("corpus");
    Commands.ok(Commands.etl(corpus, Commands.WUDAO, "wudao"));
    Commands.ok(Commands.pretrain(corpus, folder.resolve("run")));

    Commands.Result other = embed(MODEL, corpus.toString(), output);
    Commands.Result own = embed(folder.resolve("run/export").toString(), corpus.toString(), output);

    assertEquals(ExitCode.USAGE, other.code(), other.err());
    assertTrue(
        other.err().matches("(?s).*vocabulary [0-9a-f]{64}, the model .* has [0-9a-f]{64}.*"),
        other.err());
    assertEquals(ExitCode.DONE, own.code(), own.err());
    String verified = Commands.ok(List.of("verify", output)).out();
    assertTrue(verified.matches("ok .* vectors of 16, 0 null.*\n"), verified);
  }
}
