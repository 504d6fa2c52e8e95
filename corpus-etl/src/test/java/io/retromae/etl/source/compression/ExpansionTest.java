package io.retromae.etl.source.compression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import io.retromae.core.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Little that becomes very much is refused before it is all there. */
class ExpansionTest {
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir Path folder;

  @Test
  void theLimitCountsBeyondWhatIsFreeOnly() throws IOException {
    byte[] content = new byte[10_000];
    Expansion watch = new Expansion(5_000, 100);
    InputStream stored = watch.taking(new ByteArrayInputStream(new byte[40]));
    stored.readAllBytes();

    InputStream given = watch.giving(new ByteArrayInputStream(content));

    assertEquals(4_000, given.readNBytes(4_000).length, "100 times 40");
    assertEquals(1_000, given.readNBytes(1_000).length, "free");
    var bomb = assertThrows(Expansion.BombException.class, () -> given.readNBytes(1_000));
    assertTrue(bomb.getMessage().contains("files.max_expansion (100)"), bomb.getMessage());
  }

  @Test
  void ofVeryManyFramesFewAreKept() throws IOException {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    byte[] frame = Zstd.compress("{}\n".getBytes());
    for (int i = 0; i < 100_000; i++) {
      frames.writeBytes(frame);
    }
    Path file = folder.resolve("frames.zst");
    Files.write(file, frames.toByteArray());

    try (FSDataInputStream in = STORAGE.open(file.toString())) {
      int kept = ZstdFrameList.of(in, frames.size(), 100_000, 1 << 20).size();
      assertTrue(kept >= 10 && kept <= frames.size() / 100_000 + 1, "frames kept: " + kept);
    }
  }
}
