package io.retromae.embed.source;

import io.retromae.core.record.RecordFile;
import java.util.Optional;

/** What the files of an input hold. */
public enum InputFormat {
  /** What the name of each file, or a corpus's manifest, says. */
  AUTO,
  /** A text a line; an empty line is an empty text. */
  TEXT,
  /** An object a line, or one array of objects. */
  JSONL,
  /** A row a text. */
  PARQUET,
  /** Token ids of a corpus folder of the job etl. */
  CORPUS;

  /** What the setting means. */
  static final String DOC =
      "text (one a line), jsonl (or one JSON array), parquet, corpus (a folder of etl), or auto: by"
          + " the files' names (.txt, .jsonl, .ndjson, .json, .parquet, compressed by .gz, .zst,"
          + " .bz2) or the corpus's manifest.";

  /** What a file's name says; empty if nothing that is known. */
  static Optional<InputFormat> ofName(String path) {
    String name = RecordFile.withoutCompression(path);
    if (name.endsWith(".txt")) {
      return Optional.of(TEXT);
    }
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson") || name.endsWith(".json")) {
      return Optional.of(JSONL);
    }
    return name.endsWith(".parquet") ? Optional.of(PARQUET) : Optional.empty();
  }

  /** Whether the texts lie in named columns. */
  boolean hasColumns() {
    return this == JSONL || this == PARQUET || this == AUTO;
  }
}
