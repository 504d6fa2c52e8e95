package io.retromae.training.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Recorded bytes of the wire format, by name; wire-format.golden says what the names mean. */
public final class WireGolden {
  /** Number of the attempt that was recorded. */
  public static final long ATTEMPT = 7;

  /** The job that was recorded. */
  public static final String JOB = "runs/quickstart";

  private static final Map<String, byte[]> RECORDED = load();

  private WireGolden() {}

  private static Map<String, byte[]> load() {
    try (InputStream file = WireGolden.class.getResourceAsStream("wire-format.golden")) {
      Map<String, byte[]> recorded = new LinkedHashMap<>();
      new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .forEach(words -> recorded.put(words[0], HexFormat.of().parseHex(words[1])));
      return recorded;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes of that name. */
  public static byte[] bytes(String name) {
    if (!RECORDED.containsKey(name)) {
      throw new AssertionError("nothing recorded of " + name);
    }
    return RECORDED.get(name).clone();
  }

  /** Names that begin and end so, in the order of the recording. */
  public static List<String> names(String prefix, String part) {
    return RECORDED.keySet().stream()
        .filter(name -> name.startsWith(prefix) && name.contains(part))
        .toList();
  }
}
