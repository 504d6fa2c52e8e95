package io.retromae.core.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retromae.core.failure.ClusterException;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A local disk that is full, or fails: Hadoop throws an Error, which nobody is ready for. */
class FullDiskTest {
  @TempDir Path folder;

  private static FSError error(String message) {
    try {
      var constructor = FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor.newInstance(new IOException(message));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where nothing can be written, and no byte be read. */
  public static final class BadDisk extends RawLocalFileSystem {
    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path file,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      OutputStream out =
          super.create(file, overwrite, bufferSize, replication, blockSize, progress);
      return new FSDataOutputStream(
          new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) {
              throw error("No space left on device");
            }
          },
          null);
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path file, int bufferSize) {
      return new FSDataInputStream(
          new FSInputStream() {
            @Override
            public int read() {
              throw error("Input/output error");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
              throw error("Input/output error");
            }

            @Override
            public void seek(long position) {
              throw error("Input/output error");
            }

            @Override
            public long getPos() {
              return 0;
            }

            @Override
            public boolean seekToNewSource(long position) {
              return false;
            }
          });
    }
  }

  private static Storage storage() {
    Configuration configuration = new Configuration();
    configuration.setClass("fs.file.impl", BadDisk.class, RawLocalFileSystem.class);
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    return new Storage(configuration);
  }

  private interface Writing {
    void run() throws IOException;
  }

  private void assertFull(Path file, Writing writing) {
    var failure = assertThrows(ClusterException.class, writing::run);

    String path = failure.getMessage().replaceFirst("(?s)^cannot write (.*): No.*", "$1");
    assertEquals("cannot write " + path + ": No space left on device", failure.getMessage());
    assertEquals(file.getParent().toString(), path.substring(0, path.lastIndexOf('/')));
  }

  @Test
  void aFileThatIsWrittenIsNamed() throws IOException {
    Path file = folder.resolve("shard");

    assertFull(
        file,
        () -> {
          try (OutputStream out = storage().create(file.toString())) {
            out.write(new byte[100]);
          }
        });
    assertFull(
        file,
        () -> {
          try (OutputStream out = storage().createAgain(file.toString())) {
            out.write(new byte[1]);
          }
        });
  }

  @Test
  void aFileThatIsClosedIsNamed() throws IOException {
    OutputStream out =
        new BufferedOutputStream(storage().create(folder.resolve("shard").toString()));
    out.write(1);

    assertFull(folder.resolve("shard"), out::close);
  }

  @Test
  void aFileThatIsPublishedLeavesNothing() throws IOException {
    assertFull(
        folder.resolve("run.json"),
        () -> storage().publish(folder.resolve("run.json").toString(), new byte[10]));

    try (var files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void whatCannotBeReadIsAFailureLikeAnyOther() throws IOException {
    String file = Files.writeString(folder.resolve("input"), "x").toString();
    try (InputStream in = storage().open(file);
        FSDataInputStream sized = storage().open(file, 1, Storage.Reading.IN_ORDER)) {
      for (Writing reading :
          List.<Writing>of(
              in::read,
              () -> in.read(new byte[4]),
              () -> sized.seek(1),
              () -> sized.readFully(0, new byte[1]))) {
        var failure = assertThrows(IOException.class, reading::run);
        assertEquals(file + ": Input/output error", failure.getMessage());
      }
    }
    var failure = assertThrows(ClusterException.class, () -> storage().read(file));
    assertEquals(
        "cannot read " + file + ": " + file + ": Input/output error", failure.getMessage());
  }
}
