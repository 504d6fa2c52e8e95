package io.retromae.submit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The words that a real shell makes of a command. */
final class Shell {
  private Shell() {}

  static List<String> words(String command) {
    try {
      String print = "for word in " + command.strip() + "; do printf '%s\\0' \"$word\"; done";
      Process bash = new ProcessBuilder("bash", "-c", print).start();
      String text = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return List.of(text.split("\0"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
