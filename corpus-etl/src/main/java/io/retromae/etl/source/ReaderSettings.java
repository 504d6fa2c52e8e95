package io.retromae.etl.source;

import io.retromae.core.config.Setting;
import java.io.Serializable;

/**
 * What readers accept, and how files are split.
 *
 * @param maxRecordMb longer records are quarantined
 * @param zstdWindowLog largest zstd window
 * @param invalidUtf8 what happens to malformed UTF-8
 * @param rawControls what happens to control characters that JSON wants escaped
 * @param nan what happens to numbers that JSON does not know, in fields that are not read
 * @param splitMb about so much of a file is one task
 * @param rewriteAboveMb larger files that cannot be entered in the middle are rewritten in pieces
 */
public record ReaderSettings(
    @Setting(
            doc = "Records above so many MiB are quarantined.",
            standard = "64",
            min = 1,
            max = 1024)
        int maxRecordMb,
    @Setting(
            doc = "Largest zstd window accepted, as a power of two.",
            standard = "27",
            min = 10,
            max = 31)
        int zstdWindowLog,
    @Setting(
            doc =
                "Malformed UTF-8: quarantine the record, or replace the bytes by U+FFFD and count"
                    + " that.",
            standard = "quarantine")
        InvalidUtf8 invalidUtf8,
    @Setting(
            doc = "Unescaped control characters in strings: quarantine the record, or accept them.",
            standard = "quarantine")
        RawControls rawControls,
    @Setting(
            doc =
                "NaN and Infinity, which Python's json writes, in a field that is not read: accept the"
                    + " record, or quarantine it.",
            standard = "accept")
        Nan nan,
    @Setting(
            doc = "About so many MiB of a file are one task, where the format allows a cut.",
            standard = "256",
            above = 0,
            max = 65536)
        double splitMb,
    @Setting(
            doc =
                "Compressed files above so many MiB that cannot be entered in the middle are first"
                    + " rewritten in pieces.",
            standard = "1024",
            above = 0)
        double rewriteAboveMb)
    implements Serializable {

  /** What happens to malformed UTF-8. */
  public enum InvalidUtf8 {
    /** The record is set aside. */
    QUARANTINE,
    /** Each malformed sequence becomes U+FFFD and is counted. */
    REPLACE
  }

  /** What happens to unescaped control characters in strings. */
  public enum RawControls {
    /** The record is set aside: it is not JSON. */
    QUARANTINE,
    /** They are taken as they are; the record is counted. */
    ACCEPT
  }

  /** What happens to a record with NaN or Infinity in a field that is not read. */
  public enum Nan {
    /** It is read; the record is counted. */
    ACCEPT,
    /** It is set aside: it is not JSON. */
    QUARANTINE
  }

  private static final int SMALLEST_SPLIT = 16;

  /** The settings' defaults. */
  public static ReaderSettings standard() {
    return new ReaderSettings(
        64, 27, InvalidUtf8.QUARANTINE, RawControls.QUARANTINE, Nan.ACCEPT, 256, 1024);
  }

  /** Bytes of the longest record accepted. */
  public int recordBytes() {
    return (int) Math.min(Integer.MAX_VALUE - (1 << 20), (long) maxRecordMb << 20);
  }

  /** Bytes that a split is about; files up to that size are not divided. */
  public long splitBytes() {
    return Math.max(SMALLEST_SPLIT, (long) (splitMb * (1 << 20)));
  }

  /** Stored bytes above which a file without an entry in the middle is rewritten. */
  public long rewriteAboveBytes() {
    return (long) (rewriteAboveMb * (1 << 20));
  }
}
