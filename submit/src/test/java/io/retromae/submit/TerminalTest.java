package io.retromae.submit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTest {
  /** As java.io.Console is from Java 22 on. */
  public record NewConsole(boolean isTerminal) {}

  @Test
  void aNewConsoleTellsWhetherItIsATerminal() {
    assertTrue(Terminal.isTerminal(NewConsole.class, new NewConsole(true)));
    assertFalse(Terminal.isTerminal(NewConsole.class, new NewConsole(false)));
  }

  @Test
  void anOldConsoleIsThereForATerminalOnly() {
    assertTrue(Terminal.isTerminal(Object.class, new Object()));
  }

  /** Java 22 to 24 take this console by default. */
  @Test
  void redirectedOutputIsNotWatched() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                java,
                "-Djdk.console=jdk.internal.le",
                "-cp",
                System.getProperty("java.class.path"),
                TerminalTest.class.getName()));
    builder.environment().remove("CI");
    builder.environment().put("TERM", "xterm");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();

    byte[] said = process.getInputStream().readAllBytes();

    assertEquals("watched: false", new String(said, StandardCharsets.US_ASCII).strip());
    assertEquals(0, process.waitFor());
  }

  /** Run in a process of its own. */
  public static void main(String[] words) {
    System.out.println("watched: " + Terminal.isWatched());
  }
}
