package io.retromae.etl.work;

import io.retromae.etl.dedup.Bitmaps;
import io.retromae.spark.WorkFolder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.roaringbitmap.RoaringBitmap;

/**
 * Rows of a unit's cleaned file that are duplicates.
 *
 * @param exact rows whose text another document has
 * @param near rows similar to a longer document
 */
public record DropList(RoaringBitmap exact, RoaringBitmap near) {
  /** Nothing is dropped. */
  public static DropList none() {
    return new DropList(new RoaringBitmap(), new RoaringBitmap());
  }

  /** Whether a row is dropped, for whatever reason. */
  public boolean contains(int row) {
    return exact.contains(row) || near.contains(row);
  }

  /** The list as a small file: length of the first bitmap, then both. */
  public byte[] toBytes() {
    byte[] first = Bitmaps.toBytes(exact);
    byte[] second = Bitmaps.toBytes(near);
    return ByteBuffer.allocate(Integer.BYTES + first.length + second.length)
        .putInt(first.length)
        .put(first)
        .put(second)
        .array();
  }

  static DropList of(byte[] bytes) {
    int second = Integer.BYTES + ByteBuffer.wrap(bytes).getInt();
    return new DropList(
        Bitmaps.of(Arrays.copyOfRange(bytes, Integer.BYTES, second)),
        Bitmaps.of(Arrays.copyOfRange(bytes, second, bytes.length)));
  }

  /** The list of a unit; it must have been written. */
  public static DropList read(WorkFolder folder, int unit) {
    return of(folder.storage().read(path(folder, unit)));
  }

  /** Publishes the list of a unit. */
  public void write(WorkFolder folder, int unit) {
    folder.storage().publish(path(folder, unit), toBytes());
  }

  private static String path(WorkFolder folder, int unit) {
    return String.format(Locale.ROOT, "%s/dropped/%06d.roaring", folder.work(), unit);
  }
}
