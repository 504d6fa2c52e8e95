package io.retromae.embed.source;

import java.io.Serializable;

/**
 * A file of an input.
 *
 * @param number among all files, in the order of the inputs
 * @param path qualified
 * @param name in its input, the same wherever the input lies; the first part of ids that are made
 * @param size bytes as stored
 * @param modified milliseconds since 1970
 * @param format what it holds, never {@link InputFormat#AUTO}
 * @param columns where its texts are
 */
public record InputFile(
    int number,
    String path,
    String name,
    long size,
    long modified,
    InputFormat format,
    Columns columns)
    implements Serializable {

  /** What finished work on it must match to count on a later run. */
  public String identity() {
    return "%s %d %d".formatted(path, size, modified);
  }

  /** Whether its rows bring ids, which may occur twice; those that are made are all different. */
  public boolean hasOwnIds() {
    return format == InputFormat.CORPUS || !columns.id().isEmpty();
  }

  /** The id of a record that has none of its own. */
  public String madeId(long record) {
    return name + "#" + record;
  }
}
