package io.retromae.pretrain.job;

import io.retromae.training.checkpoint.FailingFileSystem;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.SparkConf;

/**
 * The local disk under {@code troubled://}, for executors, too. Trouble is ordered from another
 * process: by a file {@code kill@NAME}, {@code full@NAME} or {@code throw@NAME} in a folder; who
 * writes a file of that name then has it.
 */
public final class TroubledFileSystem extends RawLocalFileSystem {
  private static final String ORDERS = "fs.troubled.orders";

  /** Settings for Spark, by which all its processes have this file system. */
  static SparkConf install(SparkConf conf, java.nio.file.Path orders) {
    return conf.set("spark.hadoop.fs.troubled.impl", TroubledFileSystem.class.getName())
        .set("spark.hadoop." + ORDERS, orders.toString());
  }

  @Override
  public URI getUri() {
    return URI.create("troubled:///");
  }

  private java.nio.file.Path order(String trouble, Path file) {
    return java.nio.file.Path.of(getConf().get(ORDERS), trouble + "@" + file.getName());
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
    if (Files.deleteIfExists(order("throw", file))) {
      throw new IllegalStateException("thrown on purpose at " + file.getName());
    }
    OutputStream out = super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    return new FSDataOutputStream(new Troubled(out, file), null);
  }

  /** Writes half of the first piece before the trouble. */
  private final class Troubled extends FilterOutputStream {
    private final Path file;

    Troubled(OutputStream out, Path file) {
      super(out);
      this.file = file;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      boolean kill = Files.deleteIfExists(order("kill", file));
      boolean full = Files.exists(order("full", file));
      out.write(bytes, offset, kill || full ? length / 2 : length);
      if (kill) {
        die();
      }
      if (full) {
        throw FailingFileSystem.noSpace();
      }
    }
  }

  private static void die() {
    try {
      String pid = Long.toString(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-9", pid).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
