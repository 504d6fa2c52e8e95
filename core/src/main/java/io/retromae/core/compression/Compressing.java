package io.retromae.core.compression;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;

/** Compresses as the name of a file says: .gz, .zst, .bz2, or nothing. */
public final class Compressing {
  private static final int BUFFER_BYTES = 1 << 16;

  private Compressing() {}

  /**
   * What is written to the result comes to a stream as such a file holds it.
   *
   * @param out closed with the result, which ends the file
   */
  public static OutputStream open(OutputStream out, String name) throws IOException {
    BufferedOutputStream stored = new BufferedOutputStream(out, BUFFER_BYTES);
    if (name.endsWith(".gz")) {
      return new BufferedOutputStream(new GZIPOutputStream(stored, BUFFER_BYTES), BUFFER_BYTES);
    }
    if (name.endsWith(".zst")) {
      return new BufferedOutputStream(new ZstdOutputStreamNoFinalizer(stored), BUFFER_BYTES);
    }
    return name.endsWith(".bz2")
        ? new BufferedOutputStream(new BZip2CompressorOutputStream(stored), BUFFER_BYTES)
        : stored;
  }
}
