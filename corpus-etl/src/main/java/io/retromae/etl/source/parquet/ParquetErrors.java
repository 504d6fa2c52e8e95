package io.retromae.etl.source.parquet;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.compression.Container;
import io.retromae.etl.source.compression.Expansion;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.parquet.crypto.ParquetCryptoRuntimeException;

/** What the exceptions that Parquet throws say about a file. They are of all kinds. */
final class ParquetErrors {
  private static final Pattern ADDRESS = Pattern.compile("@[0-9a-f]+");
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private ParquetErrors() {}

  /** A file that is whole and cannot be used. */
  static final class UnusableException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String kind;

    /**
     * Says why.
     *
     * @param kind of {@link FileError}
     */
    UnusableException(String kind, String message) {
      super(message);
      this.kind = kind;
    }
  }

  /** Why a file could not be opened. */
  static FileError atOpening(Storage storage, FilePart part, Exception e) throws IOException {
    FileError error = at(0, e, "no Parquet footer: ");
    if (!error.kind().equals(FileError.CORRUPT)) {
      return error;
    }
    byte[] head;
    try (InputStream in = storage.open(part.path())) {
      head = in.readNBytes(Container.HEAD_BYTES);
    }
    if (Container.begins(head, MAGIC)) {
      return error;
    }
    String what = Container.describe(head).map(kind -> ": it is " + kind).orElse("");
    return new FileError(FileError.BAD_MAGIC, 0, "not a Parquet file" + what);
  }

  /** Why a row could not be read. */
  static FileError atRow(long row, Exception e) {
    return at(row, e, "unreadable row: ");
  }

  private static FileError at(long row, Exception e, String what) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnusableException unusable) {
        return new FileError(unusable.kind, row, String.valueOf(cause.getMessage()));
      }
      if (cause instanceof Expansion.BombException) {
        return new FileError(FileError.BOMB, row, String.valueOf(cause.getMessage()));
      }
      if (cause instanceof ParquetCryptoRuntimeException) {
        String message = "encrypted Parquet; no keys can be given, decrypt it first";
        return new FileError(FileError.UNSUPPORTED, row, message);
      }
    }
    refuseStorageTrouble(e);
    return new FileError(FileError.CORRUPT, row, what + describe(e));
  }

  /** Trouble of networks and file systems is no damage of the file: the task is tried again. */
  private static void refuseStorageTrouble(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String kind = cause.getClass().getName();
      if (cause instanceof InterruptedIOException
          || kind.startsWith("java.net.")
          || kind.startsWith("java.nio.channels.")
          || kind.startsWith("org.apache.hadoop.")) {
        throw new UncheckedIOException(new IOException("storage failed: " + e.getMessage(), e));
      }
    }
  }

  /** What an exception says, without the addresses of objects. */
  private static String describe(Exception e) {
    return ADDRESS.matcher(String.valueOf(e.getMessage())).replaceAll("");
  }
}
