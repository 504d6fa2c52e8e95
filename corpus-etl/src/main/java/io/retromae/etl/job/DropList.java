package io.retromae.etl.job;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Rows of a unit's cleaned file that are duplicates.
 *
 * @param exact rows whose text another document has
 * @param near rows similar to a longer document
 */
record DropList(RoaringBitmap exact, RoaringBitmap near) {
  /** Nothing is dropped. */
  static DropList none() {
    return new DropList(new RoaringBitmap(), new RoaringBitmap());
  }

  boolean contains(int row) {
    return exact.contains(row) || near.contains(row);
  }

  /** The list as a small file: length of the first bitmap, then both as Roaring serialises them. */
  byte[] toBytes() {
    exact.runOptimize();
    near.runOptimize();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(exact.serializedSizeInBytes());
      exact.serialize(out);
      near.serialize(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  static DropList of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int first = in.getInt();
    DropList list = none();
    try {
      list.exact.deserialize(in.slice(Integer.BYTES, first));
      list.near.deserialize(in.slice(Integer.BYTES + first, bytes.length - Integer.BYTES - first));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
    return list;
  }

  /** The list of a unit; it must have been written. */
  static DropList read(EtlContext context, int unit) {
    return of(context.storage().read(path(context, unit)));
  }

  void write(EtlContext context, int unit) {
    context.storage().publish(path(context, unit), toBytes());
  }

  private static String path(EtlContext context, int unit) {
    return "%s/dropped/%06d.roaring".formatted(context.work(), unit);
  }
}
