package io.retromae.etl.source;

/**
 * A file, or a part of one, to read.
 *
 * @param path qualified, for messages; its ending tells the compression
 * @param name part of every document's id
 * @param size bytes as stored
 * @param input what it holds
 * @param limits what is accepted
 * @param split which part
 */
public record FilePart(
    String path, String name, long size, InputSettings input, ReaderSettings limits, Split split) {

  /** The same file, another part. */
  public FilePart with(Split other) {
    return new FilePart(path, name, size, input, limits, other);
  }
}
