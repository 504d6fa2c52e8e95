package io.retromae.finetune.data;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Lines of a mapped file, read when they are asked for; none of them is on the heap. Thread-safe.
 *
 * <p>The file: each line as a CRC-32C of four bytes and what {@link PairLineCode} writes; then, of
 * four bytes each, where each line begins and where the last one ends. Big-endian.
 */
final class PackedPart extends AbstractList<PairLine> implements RandomAccess {
  private static final int COPIED = 1 << 16;

  private final Extent extent;
  private final ByteBuffer bytes;

  /**
   * What a file holds.
   *
   * @param lines in it
   * @param dataBytes that they take, without the table behind them
   * @param sha256 of those bytes
   */
  record Extent(int lines, int dataBytes, String sha256) {
    long fileBytes() {
      return dataBytes + (lines + 1L) * Integer.BYTES;
    }

    /** Whether a file is as long, its lines have this hash, and its table says where they are. */
    boolean isOf(Storage storage, String path) throws IOException {
      if (storage.size(path) != fileBytes()) {
        return false;
      }
      int[] starts = starts(storage, path);
      MessageDigest digest = Sha256.newDigest();
      try (InputStream in = storage.open(path, fileBytes(), Storage.Reading.IN_ORDER)) {
        for (int i = 0; i < lines; i++) {
          int length = starts[i + 1] - starts[i];
          if (starts[i] < 0 || length < Integer.BYTES || starts[i + 1] > dataBytes) {
            return false;
          }
          byte[] line = in.readNBytes(length);
          if (line.length < length || !isWhole(ByteBuffer.wrap(line))) {
            return false;
          }
          digest.update(line);
        }
      }
      return starts[0] == 0 && starts[lines] == dataBytes && Sha256.hex(digest).equals(sha256);
    }

    private int[] starts(Storage storage, String path) throws IOException {
      int[] starts = new int[lines + 1];
      try (FSDataInputStream in = storage.open(path, fileBytes(), Storage.Reading.IN_ORDER)) {
        in.seek(dataBytes);
        DataInputStream table = new DataInputStream(new BufferedInputStream(in, COPIED));
        for (int i = 0; i <= lines; i++) {
          starts[i] = table.readInt();
        }
      }
      return starts;
    }
  }

  /** Whether the checksum at the head of a line is that of the rest. */
  private static boolean isWhole(ByteBuffer line) {
    CRC32C sum = new CRC32C();
    sum.update(line.slice(Integer.BYTES, line.limit() - Integer.BYTES));
    return (int) sum.getValue() == line.getInt(0);
  }

  private PackedPart(Extent extent, ByteBuffer bytes) {
    this.extent = extent;
    this.bytes = bytes;
  }

  /**
   * Maps a file, which may be closed afterwards.
   *
   * @param name for errors
   * @throws CorruptDataException if it is not as long as it should be
   */
  static PackedPart map(FileChannel file, Extent extent, String name) throws IOException {
    if (file.size() != extent.fileBytes()) {
      throw new CorruptDataException(
          "%s: has %,d bytes instead of %,d; delete its folder and start again"
              .formatted(name, file.size(), extent.fileBytes()));
    }
    return new PackedPart(extent, file.map(FileChannel.MapMode.READ_ONLY, 0, extent.fileBytes()));
  }

  Extent extent() {
    return extent;
  }

  @Override
  public int size() {
    return extent.lines();
  }

  @Override
  public PairLine get(int number) {
    Objects.checkIndex(number, extent.lines());
    int from = start(number);
    int to = start(number + 1);
    if (from < 0 || to > extent.dataBytes() || to - from < Integer.BYTES) {
      throw damaged(number);
    }
    if (!isWhole(bytes.slice(from, to - from))) {
      throw damaged(number);
    }
    int data = from + Integer.BYTES;
    try {
      return PairLineCode.read(bytes.slice(data, to - data));
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw damaged(number);
    }
  }

  private int start(int number) {
    return bytes.getInt(extent.dataBytes() + number * Integer.BYTES);
  }

  private CorruptDataException damaged(int number) {
    return new CorruptDataException(
        "packed pairs, line %d of %,d: damaged on disk; delete the folder pairs of the run and start again"
            .formatted(number + 1, extent.lines()));
  }

  /** Writes the file again. */
  void writeTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[COPIED];
    ByteBuffer rest = bytes.duplicate().rewind();
    while (rest.hasRemaining()) {
      int n = Math.min(buffer.length, rest.remaining());
      rest.get(buffer, 0, n);
      out.write(buffer, 0, n);
    }
  }
}
