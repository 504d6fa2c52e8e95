package io.retromae.etl.plan;

import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.FileSettings;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.Split;
import java.io.Serializable;

/**
 * A file of an input.
 *
 * @param number among all files, in the order of the inputs
 * @param path qualified
 * @param nameInInput number of the input and name in it; the same wherever the corpus lies
 * @param size bytes as stored
 * @param modified milliseconds since 1970
 * @param input what it holds
 * @param settings how files are read
 */
public record EtlFile(
    int number,
    String path,
    String nameInInput,
    long size,
    long modified,
    InputSettings input,
    FileSettings settings)
    implements Serializable {

  /** What a receipt must match to count on a later run. */
  public String identity() {
    return "%s %d %d".formatted(path, size, modified);
  }

  /** Number of the input it belongs to. */
  public int inputNumber() {
    return Integer.parseInt(nameInInput.substring(0, nameInInput.indexOf('/')));
  }

  /** A part of it, as a reader takes it. */
  public FilePart part(ReaderSettings limits, Split split) {
    return new FilePart(path, nameInInput, size, input, limits, settings, split);
  }
}
