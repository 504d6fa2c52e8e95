package io.retromae.core.shard;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A Parquet output that puts the encodings of each column in order in the footer. Parquet takes
 * them from a hash set of enum constants, whose order differs from one JVM to the next, so that
 * equal rows would not give equal bytes.
 */
final class OrderedFooter extends PositionOutputStream implements OutputFile {
  /** Footer length and magic at the end of the file. */
  private static final int TRAILER_BYTES = 8;

  private final PositionOutputStream out;
  private final ByteArrayOutputStream tail = new ByteArrayOutputStream();
  private boolean holding;

  OrderedFooter(PositionOutputStream out) {
    this.out = out;
  }

  /** From here on bytes are held back: all row groups are written. */
  void hold() {
    holding = true;
  }

  /** Writes what was held, its footer in order, and closes the output. */
  void release() throws IOException {
    byte[] held = tail.toByteArray();
    int footerEnd = held.length - TRAILER_BYTES;
    int footerBytes =
        ByteBuffer.wrap(held, footerEnd, Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).getInt();
    int footerStart = footerEnd - footerBytes;
    byte[] footer = ordered(held, footerStart, footerBytes);
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(held, 0, footerStart);
    out.write(footer);
    out.write(length.putInt(footer.length).array());
    out.write(held, footerEnd + Integer.BYTES, TRAILER_BYTES - Integer.BYTES);
    out.close();
  }

  private static byte[] ordered(byte[] bytes, int start, int length) throws IOException {
    FileMetaData footer =
        Util.readFileMetaData(new ByteArrayInputStream(bytes, start, length), false);
    for (RowGroup group : footer.getRow_groups()) {
      for (ColumnChunk column : group.getColumns()) {
        List<Encoding> encodings = new ArrayList<>(column.getMeta_data().getEncodings());
        encodings.sort(Comparator.comparingInt(Encoding::getValue));
        column.getMeta_data().setEncodings(encodings);
      }
    }
    ByteArrayOutputStream ordered = new ByteArrayOutputStream(length);
    Util.writeFileMetaData(footer, ordered);
    return ordered.toByteArray();
  }

  @Override
  public long getPos() throws IOException {
    return out.getPos() + tail.size();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (holding) {
      tail.write(bytes, offset, length);
    } else {
      out.write(bytes, offset, length);
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /** Parquet closes its output behind the footer, which is still held then. */
  @Override
  public void close() throws IOException {
    if (!holding) {
      out.close();
    }
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return this;
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return this;
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }
}
