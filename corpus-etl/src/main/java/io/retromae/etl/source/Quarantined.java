package io.retromae.etl.source;

/**
 * A record that is no document, with what is needed to find and mend it.
 *
 * @param record number in its unit, from 0
 * @param offset of its first byte in the decompressed file; the row number in Parquet
 * @param reason why
 * @param message what exactly
 * @param raw its bytes, at most the first 64 kB
 */
public record Quarantined(long record, long offset, Reason reason, String message, byte[] raw) {
  /** Bytes of a record that are kept. */
  public static final int RAW_BYTES = 1 << 16;

  /** Why a record was quarantined; lower case in reports. */
  public enum Reason {
    /** Not JSON. */
    INVALID_JSON,
    /** Not UTF-8. */
    INVALID_UTF8,
    /** No text, or null. */
    MISSING_TEXT,
    /** A text without a visible character. */
    EMPTY_TEXT,
    /** The record is no object, or its text no string. */
    WRONG_TYPE,
    /** Longer than the record limit. */
    TOO_LARGE,
    /** Nested deeper than the limit. */
    TOO_DEEP,
    /** The file ends inside the record. */
    TRUNCATED_RECORD
  }
}
