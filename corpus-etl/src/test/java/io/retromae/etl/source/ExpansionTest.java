package io.retromae.etl.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import io.retromae.core.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputDecompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopCodecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Little that becomes very much is refused before it is all there. */
class ExpansionTest {
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

  @Test
  void pagesThatSayTheyAreHugeAreNotDecompressed() {
    BytesInputDecompressor snappy =
        new PageGuard(HadoopCodecs.newFactory(0), 250).getDecompressor(CompressionCodecName.SNAPPY);

    assertThrows(
        Expansion.BombException.class,
        () -> snappy.decompress(BytesInput.from(new byte[100]), Integer.MAX_VALUE));
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
