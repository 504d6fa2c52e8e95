package io.retromae.etl.source.parquet;

import io.retromae.etl.source.compression.Expansion;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Parquet's codecs, but no page is decompressed that says it is far larger than what is stored of
 * it: memory is taken for what it says.
 */
final class PageGuard implements CompressionCodecFactory {
  /** Bytes that any page may have. */
  private static final long FREE = 64L << 20;

  private final CompressionCodecFactory codecs;
  private final Expansion expansion;

  PageGuard(CompressionCodecFactory codecs, int maxExpansion) {
    this.codecs = codecs;
    this.expansion = new Expansion(FREE, maxExpansion);
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return codecs.getCompressor(codec);
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    BytesInputDecompressor decompressor = codecs.getDecompressor(codec);
    return new BytesInputDecompressor() {
      @Override
      public BytesInput decompress(BytesInput bytes, int size) throws IOException {
        expansion.check(size, bytes.size());
        return decompressor.decompress(bytes, size);
      }

      @Override
      public void decompress(ByteBuffer from, int stored, ByteBuffer to, int size)
          throws IOException {
        expansion.check(size, stored);
        decompressor.decompress(from, stored, to, size);
      }

      @Override
      public void release() {
        decompressor.release();
      }
    };
  }

  @Override
  public void release() {
    codecs.release();
  }
}
