package io.retromae.etl.normalize;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Traditional Chinese characters that always become the same simplified one, whatever stands beside
 * them; characters whose simplification depends on the word stay. The resource file says where the
 * pairs come from.
 */
public final class SimplifiedCharacters {
  private static final String RESOURCE = "traditional-to-simplified.txt";

  private SimplifiedCharacters() {}

  /** The simplified character by traditional one; 0 for all others. */
  public static char[] table() {
    char[] table = new char[Character.MAX_VALUE + 1];
    read()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              for (int i = 0; i + 1 < line.length(); i += 2) {
                table[line.charAt(i)] = line.charAt(i + 1);
              }
            });
    return table;
  }

  private static String read() {
    try (InputStream in = SimplifiedCharacters.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + ": not on the class path; build it in again");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
