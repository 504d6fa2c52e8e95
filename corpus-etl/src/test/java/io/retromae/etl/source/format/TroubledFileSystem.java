package io.retromae.etl.source.format;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Local files behind a connection that can break after some bytes, and a count of how often one was
 * opened. Hadoop makes and caches it, so that what it does stands in its configuration.
 */
public final class TroubledFileSystem extends RawLocalFileSystem {
  /** Files opened by this JVM. */
  static final AtomicInteger OPENED = new AtomicInteger();

  private static final String BREAKS_AFTER = "test.breaks.after";

  /** Storage that reaches {@link #path paths} here and gives so many bytes of each file. */
  static Storage storage(long breaksAfter) {
    Configuration configuration = new Configuration(false);
    configuration.set("fs.troubled.impl", TroubledFileSystem.class.getName());
    configuration.setBoolean("fs.troubled.impl.disable.cache", true);
    configuration.setLong(BREAKS_AFTER, breaksAfter);
    return new Storage(configuration);
  }

  /** A local file as this file system names it. */
  static String path(Path file) {
    return "troubled:" + file;
  }

  @Override
  public URI getUri() {
    return URI.create("troubled:///");
  }

  @Override
  public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) throws IOException {
    OPENED.incrementAndGet();
    long whole = getConf().getLong(BREAKS_AFTER, Long.MAX_VALUE);
    return new FSDataInputStream(new Breaking(super.open(path, buffer), whole));
  }

  private static final class Breaking extends FSInputStream {
    private final FSDataInputStream in;
    private final long whole;

    Breaking(FSDataInputStream in, long whole) {
      this.in = in;
      this.whole = whole;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (in.getPos() >= whole) {
        throw new SocketTimeoutException("Premature end of Content-Length delimited message body");
      }
      return in.read(into, offset, (int) Math.min(length, whole - in.getPos()));
    }

    @Override
    public void seek(long position) throws IOException {
      in.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return in.getPos();
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
