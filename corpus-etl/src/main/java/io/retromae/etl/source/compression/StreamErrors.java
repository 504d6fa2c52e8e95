package io.retromae.etl.source.compression;

import io.retromae.etl.source.FileError;
import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;

/** What the exceptions of decoders say about a file. */
public final class StreamErrors {
  private StreamErrors() {}

  /** What a read error says about the file, after so many decompressed bytes. */
  public static FileError of(IOException e, long offset) {
    if (e instanceof StoredStream.KnownErrorException known) {
      return known.error();
    }
    if (e instanceof Compression.BadMagicException) {
      return new FileError(FileError.BAD_MAGIC, offset, String.valueOf(e.getMessage()));
    }
    if (e instanceof WideEncoding.FoundException) {
      return new FileError(FileError.NOT_UTF8, offset, String.valueOf(e.getMessage()));
    }
    if (e instanceof Compression.UnsupportedException) {
      return new FileError(FileError.UNSUPPORTED, offset, String.valueOf(e.getMessage()));
    }
    if (e instanceof Expansion.BombException) {
      return new FileError(FileError.BOMB, offset, String.valueOf(e.getMessage()));
    }
    if (isTruncation(e)) {
      return new FileError(FileError.TRUNCATED, offset, "stream ends too early");
    }
    String message = String.valueOf(e.getMessage());
    boolean window = message.contains("too much memory");
    return new FileError(
        FileError.CORRUPT,
        offset,
        window ? message + "; a larger reader.zstd_window_log reads it" : message);
  }

  /** Whether a read error means that the file was cut short. */
  public static boolean isTruncation(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean known =
        e instanceof StoredStream.KnownErrorException broken
            && broken.error().kind().equals(FileError.TRUNCATED);
    boolean other =
        e instanceof Compression.UnsupportedException || e instanceof Expansion.BombException;
    if (other) {
      return false;
    }
    return known
        || e instanceof EOFException
        || message.contains("truncated")
        || message.contains("unexpected end")
        || message.contains("premature end");
  }
}
