package io.retromae.etl.source.compression;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Split;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;

/** Decompressed bytes of a part of a file, and how that is compressed. */
public final class StoredStream extends FilterInputStream {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Compression compression;

  private StoredStream(InputStream in, Compression compression) {
    super(in);
    this.compression = compression;
  }

  /** How what is read is compressed: the file, or a piece that is a copy of a part of it. */
  public Compression compression() {
    return compression;
  }

  /** The file, though there, cannot be decompressed at all. */
  public static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    private final IOException reason;

    UnreadableException(IOException cause) {
      super(cause.getMessage(), cause);
      this.reason = cause;
    }

    /** What was wrong with its first bytes. */
    public IOException reason() {
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
  public static StoredStream open(Storage storage, FilePart part) throws IOException {
    Split split = part.split();
    boolean piece = !split.piece().isEmpty();
    FSDataInputStream raw = storage.open(piece ? split.piece() : part.path());
    try {
      StoredStream in = piece ? piece(raw, part) : stored(storage, raw, part);
      return split.ending().isEmpty() ? in : in.brokenBy(split.ending().get(0));
    } catch (IOException e) {
      raw.close();
      throw new UnreadableException(e);
    } catch (RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  /** A piece that we wrote. */
  private static StoredStream piece(InputStream raw, FilePart part) throws IOException {
    InputStream in = new BufferedInputStream(new Storing(raw), BUFFER_BYTES);
    int windowLog = part.limits().zstdWindowLog();
    XzStreams.Opener never = InputStream::nullInputStream;
    return new StoredStream(Compression.ZSTD.open(in, never, windowLog), Compression.ZSTD);
  }

  private static StoredStream stored(Storage storage, FSDataInputStream raw, FilePart part)
      throws IOException {
    Expansion expansion = new Expansion(Expansion.FREE, part.files().maxExpansion());
    HeadedStream beginning =
        new HeadedStream(expansion.taking(new Storing(raw)), Container.HEAD_BYTES);
    byte[] head = beginning.head();
    Compression compression = Compression.of(head, part.path());
    if (!compression.compresses()) {
      refuse(head, "it is ");
    }
    long position = part.split().position();
    InputStream in = beginning;
    if (position > 0) {
      raw.seek(position);
      in = expansion.taking(new Storing(raw));
    }
    if (!compression.compresses()) {
      return new StoredStream(in, compression);
    }
    XzStreams.Opener again =
        () -> new BufferedInputStream(new Storing(storage.open(part.path())), BUFFER_BYTES);
    InputStream buffered = new BufferedInputStream(in, BUFFER_BYTES);
    InputStream text =
        expansion.giving(compression.open(buffered, again, part.limits().zstdWindowLog()));
    try {
      InputStream seen = position > 0 ? text : unpacked(text, compression);
      return new StoredStream(seen, compression);
    } catch (IOException | RuntimeException e) {
      text.close(); // decoders hold memory outside the heap
      throw e;
    }
  }

  /** What comes out must be text, too. */
  private static InputStream unpacked(InputStream text, Compression compression)
      throws IOException {
    HeadedStream in = new HeadedStream(text, Container.HEAD_BYTES);
    refuse(in.head(), compression + " that holds ");
    return in;
  }

  private static void refuse(byte[] head, String what) throws IOException {
    WideEncoding.refuse(head);
    Optional<String> other = Container.describe(head);
    if (other.isPresent()) {
      throw new Compression.UnsupportedException(what + other.get());
    }
  }

  private StoredStream brokenBy(FileError error) {
    return new StoredStream(new BrokenEnd(in, error), compression);
  }

  /**
   * How a whole file is compressed, whichever part is read, by its first bytes; by its name if they
   * are wrong.
   */
  public static Compression compressionOf(Storage storage, FilePart part) throws IOException {
    try (InputStream in = new Storing(storage.open(part.path()))) {
      return Compression.of(in.readNBytes(Container.HEAD_BYTES), part.path());
    } catch (Compression.BadMagicException e) {
      return Compression.of(part.path());
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
