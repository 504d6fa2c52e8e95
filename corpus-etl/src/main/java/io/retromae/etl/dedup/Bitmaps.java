package io.retromae.etl.dedup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.roaringbitmap.RoaringBitmap;

/** Row numbers as bytes, in Roaring's portable format. */
public final class Bitmaps {
  private Bitmaps() {}

  /** The bytes of a set of rows. */
  public static byte[] toBytes(RoaringBitmap rows) {
    rows.runOptimize();
    ByteBuffer bytes = ByteBuffer.allocate(rows.serializedSizeInBytes());
    rows.serialize(bytes);
    return bytes.array();
  }

  /** The set of rows of these bytes. */
  public static RoaringBitmap of(byte[] bytes) {
    RoaringBitmap rows = new RoaringBitmap();
    try {
      rows.deserialize(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%,d bytes are no set of rows: %s".formatted(bytes.length, e.getMessage()), e);
    }
    return rows;
  }
}
