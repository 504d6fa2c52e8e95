package io.retromae.etl.source.compression;

/** Where reading of a file of some compression can begin. */
public enum Entry {
  /** At any byte. */
  ANYWHERE,
  /** At its first byte, and between zstd frames. */
  BETWEEN_FRAMES,
  /** At its first byte only. */
  BEGINNING
}
