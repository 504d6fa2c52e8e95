package io.retromae.embed.vector;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/**
 * NumPy's format (1.0, little-endian float32, C order) and beside it the ids, see {@link IdsFile}.
 * The header tells the number of rows first, so it must be known. Owns both files until they are
 * committed.
 */
final class NpyVectorWriter implements VectorWriter {
  private static final int BUFFER_BYTES = 1 << 16;

  private final OwnedFolder folder;
  private final String name;
  private final String path;
  private final long expected;
  private final int width;
  private final MessageDigest digest = Sha256.newDigest();
  private final OutputStream values;
  private final OutputStream ids;
  private final ByteBuffer row;
  private long rows;
  private long absent;
  private boolean committed;

  NpyVectorWriter(Storage storage, String folder, String name, long rows, int width)
      throws IOException {
    this.folder = new OwnedFolder(storage, folder);
    this.name = name;
    this.path = folder + "/" + name;
    this.expected = rows;
    this.width = width;
    this.row = ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    this.values =
        new DigestOutputStream(
            new BufferedOutputStream(storage.create(path), BUFFER_BYTES), digest);
    try {
      this.ids =
          new BufferedOutputStream(
              storage.create(folder + "/" + IdsFile.nameFor(name)), BUFFER_BYTES);
    } catch (IOException | RuntimeException e) {
      values.close();
      this.folder.delete(name);
      throw e;
    }
    values.write(NpyHeader.forFloats(rows, width).bytes());
  }

  @Override
  public void append(String id, float[] vector) throws IOException {
    VectorChecks.width(path, id, vector.length, width);
    VectorChecks.finite(path, id, vector, 0, width);
    row.clear();
    row.asFloatBuffer().put(vector);
    values.write(row.array());
    ids.write(IdsFile.line(id));
    rows++;
  }

  @Override
  public void appendAbsent(String id) {
    absent++;
  }

  @Override
  public Written commit() throws IOException {
    if (rows != expected) {
      throw new CorruptDataException(
          "%s: %d vectors were written, its header says %d; not kept"
              .formatted(path, rows, expected));
    }
    ids.close();
    values.close();
    committed = true;
    long bytes = NpyHeader.forFloats(rows, width).bytes().length + rows * width * Float.BYTES;
    return new Written(rows, absent, bytes, Sha256.hex(digest));
  }

  @Override
  public void close() throws IOException {
    if (committed) {
      return;
    }
    try {
      values.close();
    } finally { // what could not be written takes room
      try {
        ids.close();
      } finally {
        folder.delete(name);
        folder.delete(IdsFile.nameFor(name));
      }
    }
  }
}
