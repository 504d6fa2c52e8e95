package io.retromae.finetune.data;

import io.retromae.core.hash.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Packs lines into files without a name. For one thread; owns the file that it writes. */
final class PartWriter implements AutoCloseable {
  /** Of a file; the next line begins another. */
  static final int FULL = 256 << 20;

  private static final int BUFFERED = 1 << 20;

  private final Scratch scratch;
  private final List<PackedPart> parts = new ArrayList<>();
  private final CRC32C sum = new CRC32C();
  private FileChannel file;
  private ByteBuffer buffer = ByteBuffer.allocate(BUFFERED);
  private MessageDigest digest = Sha256.newDigest();
  private int[] starts = new int[1 << 10];
  private int lines;
  private int written;

  PartWriter(Scratch scratch) throws IOException {
    this.scratch = scratch;
    this.file = scratch.newFile();
  }

  void write(PairLine line) throws IOException {
    if (written + buffer.position() >= FULL) {
      finishPart();
      file = scratch.newFile();
    }
    int most = Math.toIntExact(Integer.BYTES + PairLineCode.mostBytes(line));
    if (buffer.remaining() < most) {
      flush();
      buffer = buffer.capacity() < most ? ByteBuffer.allocate(most) : buffer;
    }
    starts = lines + 1 >= starts.length ? Arrays.copyOf(starts, 2 * starts.length) : starts;
    starts[lines++] = written + buffer.position();
    int place = buffer.position();
    buffer.position(place + Integer.BYTES);
    PairLineCode.write(line, buffer);
    int data = place + Integer.BYTES;
    sum.reset();
    sum.update(buffer.array(), data, buffer.position() - data);
    buffer.putInt(place, (int) sum.getValue());
  }

  private void flush() throws IOException {
    buffer.flip();
    digest.update(buffer.duplicate());
    written += buffer.remaining();
    scratch.write(file, buffer);
    buffer.clear();
  }

  private void finishPart() throws IOException {
    flush();
    starts[lines] = written;
    ByteBuffer table = ByteBuffer.allocate((lines + 1) * Integer.BYTES);
    table.asIntBuffer().put(starts, 0, lines + 1);
    scratch.write(file, table);
    PackedPart.Extent extent = new PackedPart.Extent(lines, written, Sha256.hex(digest));
    parts.add(PackedPart.map(file, extent, "packed pairs in " + scratch.folder()));
    file.close();
    digest = Sha256.newDigest();
    lines = 0;
    written = 0;
  }

  /** All that was written; nothing can be written afterwards. */
  List<PackedPart> finish() throws IOException {
    if (lines > 0) {
      finishPart();
    }
    return parts;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
