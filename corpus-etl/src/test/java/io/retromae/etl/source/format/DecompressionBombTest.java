package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.FileSettings;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.compression.Expansion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Little that becomes very much is refused before it is all there. */
class DecompressionBombTest {
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir Path folder;

  private FilePart part(String name, byte[] bytes, int maxExpansion) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, bytes);
    return new FilePart(
        file.toString(),
        "n",
        bytes.length,
        InputSettings.of(file.toString(), Format.PILE),
        ReaderSettings.standard(),
        new FileSettings(true, false, maxExpansion),
        Split.WHOLE);
  }

  private static byte[] zeros(long length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new ZstdOutputStream(bytes)) {
      byte[] chunk = new byte[1 << 20];
      java.util.Arrays.fill(chunk, (byte) ' ');
      for (long n = 0; n < length; n += chunk.length) {
        out.write(chunk);
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void aBombIsABadFileThatNamesTheSetting() throws IOException {
    byte[] bomb = zeros(Expansion.FREE + (8 << 20));

    Reading refused = Reading.of(STORAGE, part("bomb.zst", bomb, 250));

    assertEquals(FileError.BOMB, refused.errors().get(0).kind());
    assertTrue(refused.errors().get(0).message().contains("files.max_expansion"));
    assertEquals(List.of(), refused.documents());
  }

  @Test
  void honestTextOfOneLetterIsRead() throws IOException {
    Reading read = Reading.of(STORAGE, part("letters.zst", zeros(64 << 20), 2));

    assertEquals(List.of(), read.errors());
  }
}
