package io.retromae.core.storage;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FSInputStream;

/**
 * A local file, which fails as those of other file systems do: Hadoop's stream throws an {@link
 * FSError}, which nobody expects, where a disk fails.
 */
final class LocalInput extends FSInputStream {
  private final FSDataInputStream in;
  private final String path;

  LocalInput(FSDataInputStream in, String path) {
    this.in = in;
    this.path = path;
  }

  private IOException failure(FSError error) {
    return new IOException(path + ": " + StorageErrors.cause(error).getMessage(), error);
  }

  private interface Access<T> {
    T run() throws IOException;
  }

  private <T> T translated(Access<T> access) throws IOException {
    try {
      return access.run();
    } catch (FSError e) {
      throw failure(e);
    }
  }

  @Override
  public int read() throws IOException {
    return translated(in::read);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return translated(() -> in.read(bytes, offset, length));
  }

  @Override
  public int read(long position, byte[] bytes, int offset, int length) throws IOException {
    return translated(() -> in.read(position, bytes, offset, length));
  }

  @Override
  public void readFully(long position, byte[] bytes, int offset, int length) throws IOException {
    try {
      in.readFully(position, bytes, offset, length);
    } catch (FSError e) {
      throw failure(e);
    }
  }

  @Override
  public void seek(long position) throws IOException {
    try {
      in.seek(position);
    } catch (FSError e) {
      throw failure(e);
    }
  }

  @Override
  public long skip(long bytes) throws IOException {
    return translated(() -> in.skip(bytes));
  }

  @Override
  public int available() throws IOException {
    return translated(in::available);
  }

  @Override
  public long getPos() throws IOException {
    return in.getPos();
  }

  @Override
  public boolean seekToNewSource(long position) throws IOException {
    return in.seekToNewSource(position);
  }

  @Override
  public void close() throws IOException {
    try {
      in.close();
    } catch (FSError e) {
      throw failure(e);
    }
  }
}
