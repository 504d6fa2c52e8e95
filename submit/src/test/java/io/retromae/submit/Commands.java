package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs commands in this process. */
final class Commands {
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

  /** One that must end well. */
  static Result ok(String... words) {
    Result result = run(words);
    assertEquals(ExitCode.DONE, result.code(), result.err());
    return result;
  }
}
