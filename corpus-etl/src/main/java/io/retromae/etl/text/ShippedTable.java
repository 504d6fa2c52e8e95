package io.retromae.etl.text;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Tables and lists that ship with the program, each in a file beside the class that reads it. One
 * that is missing or has another layout is a mistake of the build, so there is nothing to catch.
 */
public final class ShippedTable {
  private ShippedTable() {}

  /**
   * What stands behind magic and version.
   *
   * @param <T> what is made of it
   */
  @FunctionalInterface
  public interface Layout<T> {
    /** Reads the rest of a table. */
    T read(DataInputStream in) throws IOException;
  }

  /**
   * Reads a table of numbers, big-endian: int magic, int version, then what the layout reads.
   *
   * @param reader the class that the file lies beside
   * @param name of the file
   * @throws IllegalStateException if the file is missing
   * @throws UncheckedIOException if it cannot be read, is shorter or of another kind or version
   */
  public static <T> T read(Class<?> reader, String name, int magic, int version, Layout<T> layout) {
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(open(reader, name)))) {
      int foundMagic = in.readInt();
      int foundVersion = in.readInt();
      if (foundMagic != magic || foundVersion != version) {
        throw new IOException(
            "magic %08x, version %d: must be %08x, version %d"
                .formatted(foundMagic, foundVersion, magic, version));
      }
      return layout.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read resource " + name, e);
    }
  }

  /**
   * Reads a list in UTF-8, one entry a line without blanks around it; empty lines and those that
   * begin with {@code #} are skipped.
   *
   * @param reader the class that the file lies beside
   * @param name of the file
   * @throws IllegalStateException if the file is missing
   * @throws UncheckedIOException if it cannot be read
   */
  public static List<String> lines(Class<?> reader, String name) {
    try (InputStream in = open(reader, name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read resource " + name, e);
    }
  }

  private static InputStream open(Class<?> reader, String name) {
    InputStream in = reader.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("resource " + name + " is missing from the jar; build again");
    }
    return in;
  }
}
