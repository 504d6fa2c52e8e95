package io.retromae.embed.vector;

import io.retromae.core.display.Displayed;
import io.retromae.core.failure.CorruptDataException;

/** What no file of vectors may hold, whoever writes or reads it. */
final class VectorChecks {
  private VectorChecks() {}

  /** Refuses a vector without values, or as wide as no other of the same set. */
  static void width(String file, String id, int found, int expected) {
    if (found == 0) {
      throw new CorruptDataException(
          "%s: the vector of '%s' has no values; embed its text again"
              .formatted(file, Displayed.line(id)));
    }
    if (found != expected) {
      throw new CorruptDataException(
          "%s: the vector of '%s' has %d values, others have %d; all must be made by one encoder"
              .formatted(file, Displayed.line(id), found, expected));
    }
  }

  /** Refuses a vector with a value that is no finite number. */
  static void finite(String file, String id, float[] values, int from, int width) {
    for (int i = 0; i < width; i++) {
      if (!Float.isFinite(values[from + i])) {
        throw new CorruptDataException(
            "%s: value %d of the vector of '%s' is %s; must be a finite number: embed its text again"
                .formatted(file, i, Displayed.line(id), values[from + i]));
      }
    }
  }
}
