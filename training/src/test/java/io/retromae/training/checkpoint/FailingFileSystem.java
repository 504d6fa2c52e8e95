package io.retromae.training.checkpoint;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** The local disk under {@code failing://}, which fills up, fails to create or close, or waits. */
public final class FailingFileSystem extends RawLocalFileSystem {
  /** Bytes that may still be written. */
  public static final AtomicLong ROOM = new AtomicLong();

  /** Files whose creation will fail. */
  static final AtomicInteger CREATES = new AtomicInteger();

  /** Files whose closing will fail, after all has been written. */
  static final AtomicInteger CLOSES = new AtomicInteger();

  /** What the creation of a file waits for. */
  static final AtomicReference<CountDownLatch> GATE = new AtomicReference<>();

  /** Lets all go well again. */
  public static void mend() {
    ROOM.set(Long.MAX_VALUE);
    CREATES.set(0);
    CLOSES.set(0);
    GATE.set(new CountDownLatch(0));
  }

  /** As Hadoop's local file system says that the disk is full: by an Error. */
  public static FSError noSpace() {
    try {
      var constructor = FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor.newInstance(new IOException("No space left on device"));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs.failing.impl", FailingFileSystem.class.getName());
    return configuration;
  }

  @Override
  public URI getUri() {
    return URI.create("failing:///");
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    try {
      GATE.get().await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    if (CREATES.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new IOException("503 Slow Down");
    }
    OutputStream out = super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    return new FSDataOutputStream(new Unreliable(out), null);
  }

  private static final class Unreliable extends FilterOutputStream {
    private boolean closed;

    Unreliable(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      long room = ROOM.getAndUpdate(left -> Math.max(0, left - length));
      out.write(bytes, offset, (int) Math.min(room, length));
      if (room < length) {
        throw noSpace();
      }
    }

    @Override
    public void close() throws IOException {
      super.close();
      if (!closed && CLOSES.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        closed = true;
        throw new IOException("close failed");
      }
      closed = true;
    }
  }
}
