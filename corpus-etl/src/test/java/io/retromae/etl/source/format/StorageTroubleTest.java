package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.FileSettings;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that breaks is no broken file: nothing may be lost, the task is tried again. */
class StorageTroubleTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));

  /** Local files behind a connection that breaks after some bytes. */
  public static final class BreakingFileSystem extends RawLocalFileSystem {
    private static final long WHOLE = 5_000;

    @Override
    public URI getUri() {
      return URI.create("breaking:///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) throws IOException {
      return new FSDataInputStream(new Breaking(super.open(path, buffer)));
    }
  }

  private static final class Breaking extends FSInputStream {
    private final FSDataInputStream in;

    Breaking(FSDataInputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (in.getPos() >= BreakingFileSystem.WHOLE) {
        throw new SocketTimeoutException("Premature end of Content-Length delimited message body");
      }
      int most = (int) Math.min(length, BreakingFileSystem.WHOLE - in.getPos());
      return in.read(into, offset, most);
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

  @ParameterizedTest
  @ValueSource(strings = {"examples/pile/00.jsonl.zst", "examples/wudao/part-202101.json"})
  void aConnectionThatBreaksIsNoTruncatedFile(String file) throws IOException {
    Configuration configuration = new Configuration(false);
    configuration.set("fs.breaking.impl", BreakingFileSystem.class.getName());
    Storage storage = new Storage(configuration);
    Format format = file.contains("pile") ? Format.PILE : Format.WUDAO;
    String path = "breaking:" + ROOT.resolve(file);
    InputSettings input = InputSettings.of(path, format);
    ReaderSettings limits = ReaderSettings.standard();
    FilePart part =
        new FilePart(
            path, "n", storage.size(path), input, limits, FileSettings.standard(), Split.WHOLE);

    var trouble =
        assertThrows(
            UncheckedIOException.class,
            () -> {
              try (RecordReader reader = new SourceFile(storage, part).open()) {
                while (reader.next().isPresent()) {}
              }
            });

    assertTrue(trouble.getMessage().contains("Premature end"), trouble.getMessage());
  }
}
