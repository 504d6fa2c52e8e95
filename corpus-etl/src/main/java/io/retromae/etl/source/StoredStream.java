package io.retromae.etl.source;

import io.retromae.core.storage.Storage;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
   * <p>Trouble in storage while reading is an {@link UncheckedIOException}: the task has to be
   * tried again, where an {@link IOException} says that the bytes themselves are wrong.
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
      InputStream in = compression.open(new Storing(raw), part.limits().zstdWindowLog());
      return split.ending().isEmpty() ? in : new BrokenEnd(in, split.ending().get(0));
    } catch (IOException e) {
      raw.close();
      throw new UnreadableException(e);
    }
  }

  /** Tells trouble in storage from bytes that cannot be decompressed. */
  private static final class Storing extends FilterInputStream {
    Storing(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return super.read(into, offset, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
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
