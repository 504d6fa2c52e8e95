package io.retromae.etl.source;

/** Published formats. */
public enum Format {
  /** JSON lines {@code {"text", "meta": {"pile_set_name"}}}. */
  PILE,
  /** Arrays, or lines, of {@code {"title", "content", "dataType", ...}}. */
  WUDAO
}
