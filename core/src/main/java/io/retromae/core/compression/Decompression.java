package io.retromae.core.compression;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** Opens what is compressed by zstd, gzip or bzip2, all frames, members or streams of it. */
public final class Decompression {
  private static final String ZSTD = "\u0028\u00b5\u002f\u00fd";
  private static final String GZIP = "\u001f\u008b";

  /** "BZh", the block size, then the magic of a block or of the end: a text may begin with BZh. */
  private static final Pattern BZIP2 = Pattern.compile("BZh[1-9](1AY&SY|\u0017rE8P\u0090)");

  private static final int BZIP2_BYTES = 10;
  private static final int BUFFER_BYTES = 1 << 16;

  /** Largest zstd window that is accepted, as a power of two: 128 MiB. */
  private static final int WINDOW_LOG = 27;

  private Decompression() {}

  /**
   * The decompressed stream; the same bytes if they are not compressed.
   *
   * @param in from its first byte; closed with the result
   */
  public static BufferedInputStream open(InputStream in) throws IOException {
    BufferedInputStream head = new BufferedInputStream(in, BUFFER_BYTES);
    InputStream plain = plain(head);
    return plain == head ? head : new BufferedInputStream(plain, BUFFER_BYTES);
  }

  private static InputStream plain(BufferedInputStream in) throws IOException {
    if (startsWith(in, ZSTD)) {
      return new ZstdInputStreamNoFinalizer(in).setLongMax(WINDOW_LOG);
    }
    if (startsWith(in, GZIP)) {
      return new GzipMembers(in);
    }
    return isBzip2(in) ? new BZip2CompressorInputStream(in, true) : in;
  }

  /** Whether {@link #open} would decompress what comes next, which stays unread. */
  public static boolean isCompressed(BufferedInputStream in) throws IOException {
    return startsWith(in, ZSTD) || startsWith(in, GZIP) || isBzip2(in);
  }

  /**
   * Whether such bytes come next, which stay unread.
   *
   * @param magic a character for each byte
   */
  public static boolean startsWith(BufferedInputStream in, String magic) throws IOException {
    return head(in, magic.length()).equals(magic);
  }

  private static boolean isBzip2(BufferedInputStream in) throws IOException {
    return BZIP2.matcher(head(in, BZIP2_BYTES)).matches();
  }

  /** The next bytes, which stay unread, a character each. */
  private static String head(BufferedInputStream in, int bytes) throws IOException {
    in.mark(bytes);
    byte[] head = in.readNBytes(bytes);
    in.reset();
    return new String(head, StandardCharsets.ISO_8859_1);
  }
}
