package io.retromae.embed.vector;

import io.retromae.core.display.Displayed;
import io.retromae.core.failure.CorruptDataException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Ids by row number, each once, in little memory: their UTF-8 bytes and 20 bytes more. Ten million
 * of 20 letters take 400 MB.
 */
public final class VectorIds {
  private static final int CHUNK_BYTES = 1 << 24;
  private static final int FREE = -1;

  private final String path;
  private final List<byte[]> chunks = new ArrayList<>();

  /** Place of each id's first byte; a chunk has 2^24. An id does not go over the end of one. */
  private long[] starts = new long[1024];

  private int[] lengths = new int[1024];

  /** Row numbers by hash of the id, open addressing; at most half full. */
  private int[] table = filled(4096);

  private int size;
  private int used = CHUNK_BYTES;

  /** None yet. */
  VectorIds(String path) {
    this.path = path;
  }

  private static int[] filled(int length) {
    int[] table = new int[length];
    Arrays.fill(table, FREE);
    return table;
  }

  /** Number of ids. */
  public int size() {
    return size;
  }

  /** The id of a row. */
  public String get(long row) {
    int at = Math.toIntExact(row);
    java.util.Objects.checkIndex(at, size);
    return new String(chunk(at), offset(at), lengths[at], StandardCharsets.UTF_8);
  }

  /** The row of an id; -1 if it is none of them. */
  public int row(String id) {
    return table[slot(id.getBytes(StandardCharsets.UTF_8))];
  }

  void add(String id) {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    int slot = slot(bytes);
    if (table[slot] != FREE) {
      throw new CorruptDataException(
          "%s: the id '%s' is that of row %d and of row %d; each row must have its own"
              .formatted(path, Displayed.line(id), table[slot], size));
    }
    table[slot] = size;
    store(bytes);
    if (size * 2L > table.length) {
      grow();
    }
  }

  private void store(byte[] bytes) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, Math.addExact(size, size));
      lengths = Arrays.copyOf(lengths, starts.length);
    }
    if (used + bytes.length > CHUNK_BYTES) {
      chunks.add(new byte[Math.max(CHUNK_BYTES, bytes.length)]);
      used = 0;
    }
    System.arraycopy(bytes, 0, chunks.get(chunks.size() - 1), used, bytes.length);
    starts[size] = (long) (chunks.size() - 1) * CHUNK_BYTES + used;
    lengths[size] = bytes.length;
    used += bytes.length;
    size++;
  }

  private void grow() {
    table = filled(Math.multiplyExact(table.length, 2));
    for (int row = 0; row < size; row++) {
      byte[] id = Arrays.copyOfRange(chunk(row), offset(row), offset(row) + lengths[row]);
      table[slot(id)] = row;
    }
  }

  /** Where the id is in the table, or would be. */
  private int slot(byte[] id) {
    int mask = table.length - 1;
    int slot = spread(Arrays.hashCode(id)) & mask;
    while (table[slot] != FREE && !same(table[slot], id)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** MurmurHash3's finish: ids often differ in their last digits only. */
  private static int spread(int hash) {
    int h = (hash ^ hash >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return h ^ h >>> 16;
  }

  private boolean same(int row, byte[] id) {
    return lengths[row] == id.length
        && Arrays.equals(chunk(row), offset(row), offset(row) + id.length, id, 0, id.length);
  }

  private byte[] chunk(int row) {
    return chunks.get((int) (starts[row] / CHUNK_BYTES));
  }

  private int offset(int row) {
    return (int) (starts[row] % CHUNK_BYTES);
  }
}
