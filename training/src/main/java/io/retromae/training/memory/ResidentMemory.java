package io.retromae.training.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process holds of the host's memory: heap, libtorch and all else. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /** The resident set's size in bytes, as Linux tells it; 0 where nothing tells it. */
  public static long bytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) { // "VmRSS:     1234 kB"
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      return 0; // another operating system: the line leaves the number out
    }
    return 0;
  }
}
