package io.retromae.finetune.data;

/**
 * A file of pairs as it was listed.
 *
 * @param path qualified
 * @param size bytes as stored
 * @param modified milliseconds since 1970, as the file system tells
 */
public record PairSource(String path, long size, long modified) {
  /** What must be the same for the file not to be read again. */
  String identity() {
    return "%s %d %d".formatted(path, size, modified);
  }
}
