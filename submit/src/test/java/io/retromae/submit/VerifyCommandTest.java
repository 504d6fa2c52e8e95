package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the jobs over pairs leave is hashed again by verify, and swept by gc. */
class VerifyCommandTest {
  private static final String ROOT = System.getProperty("retromae.root");
  private static final String PAIRS =
      Path.of(System.getProperty("finetune.golden.dir"), "loss/examples.jsonl").toString();

  @TempDir Path folder;

  private static void assertVerified(Path output, String says) {
    Commands.Result verified = Commands.ok(List.of("verify", output.toString()));
    assertTrue(verified.out().contains(says), verified.out());
  }

  private static void assertDamageIsFound(Path output, Path file, String mend) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    Commands.Result damaged = Commands.run("verify", output.toString());

    assertEquals(ExitCode.DATA, damaged.code(), damaged.err());
    assertTrue(damaged.err().contains(file.getFileName().toString()), damaged.err());
    assertTrue(damaged.err().contains(mend), damaged.err());
    Files.delete(file);
    Commands.Result missing = Commands.run("verify", output.toString());
    assertEquals(ExitCode.DATA, missing.code(), missing.err());
    assertTrue(missing.err().contains("is missing"), missing.err());
  }

  private static void assertSweeps(Path output, Path left) throws IOException {
    Files.createDirectories(left.getParent());
    Files.writeString(left, "{}");
    Commands.Result listed = Commands.ok(List.of("gc", output.toString()));
    assertTrue(listed.out().contains(left.getFileName().toString()), listed.out());
    assertTrue(listed.out().contains("1 not named"), listed.out());
    assertTrue(Files.exists(left));

    Commands.ok(List.of("gc", output.toString(), "--delete"));

    assertFalse(Files.exists(left));
  }

  @Test
  void madePairs() throws IOException {
    Path output = folder.resolve("made");
    Commands.Result made =
        Commands.onTwoSlots(
            "pairs",
            "--set",
            "inputs=[{path: '%s/examples/wudao/part-202102.json', format: wudao}]".formatted(ROOT),
            "--output",
            output.toString());
    assertEquals(ExitCode.DONE, made.code(), made.err());

    assertVerified(output, " pairs hashed");
    assertSweeps(output, output.resolve("data/.left-behind.jsonl"));
    assertVerified(output, " pairs hashed");
    try (Stream<Path> files = Files.list(output.resolve("data"))) {
      assertDamageIsFound(output, files.findFirst().orElseThrow(), "make the pairs again");
    }
  }

  @Test
  void minedLines() throws IOException {
    Path inputs = folder.resolve("in/below");
    Files.createDirectories(inputs);
    Files.copy(Path.of(PAIRS), inputs.resolve("some.jsonl"));
    Files.copy(Path.of(PAIRS), folder.resolve("in/more.jsonl"));
    Path output = folder.resolve("mined");
    Commands.Result mined =
        Commands.onTwoSlots(
            "mine", Commands.MODEL, folder.resolve("in").toString(), output.toString());
    assertEquals(ExitCode.DONE, mined.code(), mined.err());

    assertVerified(output, "48 mined lines hashed");
    assertSweeps(output, output.resolve("lines/below/.some.jsonl.staged"));
    assertDamageIsFound(output, output.resolve("lines/below/some.jsonl"), "mine again");
  }
}
