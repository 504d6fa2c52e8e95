package io.retromae.etl.source.parquet;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retromae.etl.source.compression.Expansion;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputDecompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopCodecs;
import org.junit.jupiter.api.Test;

class PageGuardTest {
  @Test
  void pagesThatSayTheyAreHugeAreNotDecompressed() {
    BytesInputDecompressor snappy =
        new PageGuard(HadoopCodecs.newFactory(0), 250).getDecompressor(CompressionCodecName.SNAPPY);

    assertThrows(
        Expansion.BombException.class,
        () -> snappy.decompress(BytesInput.from(new byte[100]), Integer.MAX_VALUE));
  }
}
