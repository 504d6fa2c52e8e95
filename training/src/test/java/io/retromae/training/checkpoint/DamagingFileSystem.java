package io.retromae.training.checkpoint;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** The local disk under {@code damaging://}; some files lose a bit on their way to it. */
public final class DamagingFileSystem extends RawLocalFileSystem {
  /** Model files that will be damaged from now on. */
  static final AtomicInteger LEFT = new AtomicInteger();

  /** Manifests that will be damaged from now on. */
  static final AtomicInteger MANIFESTS = new AtomicInteger();

  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs.damaging.impl", DamagingFileSystem.class.getName());
    return configuration;
  }

  @Override
  public URI getUri() {
    return URI.create("damaging:///");
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
    OutputStream out = super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    boolean damaged =
        file.getName().equals(CheckpointFiles.MODEL) && LEFT.getAndUpdate(n -> n - 1) > 0
            || file.getName().contains(".json") && MANIFESTS.getAndUpdate(n -> n - 1) > 0;
    return new FSDataOutputStream(damaged ? new OneBit(out) : out, null);
  }

  /** Turns a bit of every block. */
  private static final class OneBit extends FilterOutputStream {
    OneBit(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      byte[] block = java.util.Arrays.copyOfRange(bytes, offset, offset + length);
      block[length - 1] ^= 1;
      out.write(block);
    }
  }
}
