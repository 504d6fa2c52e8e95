package io.retromae.etl.source;

/** What the files of an input hold. */
public enum Format {
  /** JSON lines {@code {"text", "meta": {"pile_set_name"}}}. */
  PILE,
  /** Arrays, or lines, of {@code {"title", "content", "dataType", ...}}. */
  WUDAO,
  /** JSON lines; the settings name the columns. */
  JSONL,
  /** Parquet files; the settings name the columns. */
  PARQUET
}
