package io.retromae.etl.source;

import io.retromae.core.storage.Storage;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FSDataInputStream;

/** Decompressed bytes of a part of a file. */
final class StoredStream {
  private StoredStream() {}

  /** The file, though there, cannot be decompressed at all. */
  static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    private final IOException reason;

    UnreadableException(IOException cause) {
      super(cause.getMessage(), cause);
      this.reason = cause;
    }

    IOException reason() {
      return reason;
    }
  }

  /** An error that was met when the file was rewritten in pieces. */
  static final class KnownErrorException extends IOException {
    private static final long serialVersionUID = 1L;

    private final FileError error;

    KnownErrorException(FileError error) {
      super(error.message());
      this.error = error;
    }

    FileError error() {
      return error;
    }
  }

  /**
   * Opens a part at its first byte.
   *
   * @throws UnreadableException if its first bytes are not what they should be
   * @throws IOException if storage cannot open it
   */
  static InputStream open(Storage storage, FilePart part) throws IOException {
    Split split = part.split();
    boolean piece = !split.piece().isEmpty();
    Compression compression = piece ? Compression.ZSTD : Compression.of(part.path());
    FSDataInputStream raw = storage.open(piece ? split.piece() : part.path());
    try {
      raw.seek(split.position());
      InputStream in = compression.open(raw, part.limits().zstdWindowLog());
      return split.ending().isEmpty() ? in : new BrokenEnd(in, split.ending().get(0));
    } catch (IOException e) {
      raw.close();
      throw new UnreadableException(e);
    }
  }

  /** A stream that fails where it ends. */
  private static final class BrokenEnd extends FilterInputStream {
    private final FileError error;

    BrokenEnd(InputStream in, FileError error) {
      super(in);
      this.error = error;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int n = super.read(into, offset, length);
      if (n < 0) {
        throw new KnownErrorException(error);
      }
      return n;
    }
  }
}
