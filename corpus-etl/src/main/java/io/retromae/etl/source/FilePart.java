package io.retromae.etl.source;

import java.util.Optional;

/**
 * A file, or a part of one, to read.
 *
 * @param path qualified, for messages and for values that folders say
 * @param name part of every document's id
 * @param size bytes as stored
 * @param input what it holds
 * @param limits what is accepted of records
 * @param files what is accepted of files
 * @param split which part
 */
public record FilePart(
    String path,
    String name,
    long size,
    InputSettings input,
    ReaderSettings limits,
    FileSettings files,
    Split split) {

  /** The same file, another part. */
  public FilePart with(Split other) {
    return new FilePart(path, name, size, input, limits, files, other);
  }

  /**
   * What a folder says of the source column: the nearest one called {@code column=value}, as Hive
   * and Spark name them. Empty if there is none, or it says that there is no value.
   */
  Optional<String> setOfFolder() {
    return PartitionFolder.value(path, input.sourceColumn());
  }
}
