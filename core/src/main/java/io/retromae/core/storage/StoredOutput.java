package io.retromae.core.storage;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;

/**
 * A file that is being written. Whatever keeps a byte from being stored is a {@link
 * io.retromae.core.failure.ClusterException} that names the file, Hadoop's {@link FSError} of a
 * full local disk included.
 */
final class StoredOutput extends OutputStream {
  private final OutputStream out;
  private final String path;

  StoredOutput(OutputStream out, String path) {
    this.out = out;
    this.path = path;
  }

  private interface Access {
    void run() throws IOException;
  }

  private void translated(Access access) {
    try {
      access.run();
    } catch (IOException e) {
      throw StorageErrors.unreachable("write", path, e);
    } catch (FSError e) {
      throw StorageErrors.unreachable("write", path, StorageErrors.cause(e));
    }
  }

  @Override
  public void write(int b) {
    translated(() -> out.write(b));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    translated(() -> out.write(bytes, offset, length));
  }

  @Override
  public void flush() {
    translated(out::flush);
  }

  @Override
  public void close() {
    translated(out::close);
  }
}
