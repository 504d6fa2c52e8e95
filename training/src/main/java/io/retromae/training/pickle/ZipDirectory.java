package io.retromae.training.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * The directory of a zip file whose entries are stored as they are, as PyTorch writes them: names
 * and places, so that any file system that can seek will do (PKWARE's APPNOTE.TXT 6.3.10, 4.3).
 * Long files (zip64) are known; compressed entries are refused.
 */
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_BYTES = 56;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int EXTRA_64 = 1;
  private static final int MAX_COMMENT_BYTES = 0xffff;
  private static final long MAX_DIRECTORY_BYTES = 1 << 26;
  private static final long IN_EXTRA = 0xffffffffL;

  private ZipDirectory() {}

  /**
   * An entry.
   *
   * @param header where its own header begins
   * @param bytes of its content
   */
  record Entry(long header, long bytes) {}

  /**
   * Reads the directory.
   *
   * @param size of the file
   * @return entries by name
   * @throws PickleException if it is not there, or an entry does not lie in the file
   */
  static Map<String, Entry> read(FSDataInputStream in, long size) throws IOException {
    int tailBytes = (int) Math.min(size, END_BYTES + MAX_COMMENT_BYTES);
    ByteBuffer tail = bytes(in, size - tailBytes, tailBytes);
    int end = tailBytes - END_BYTES;
    while (end >= 0 && tail.getInt(end) != END) {
      end--;
    }
    if (end < 0) {
      throw new PickleException("is a zip file without its end; copy it again");
    }
    long directoryBytes = Integer.toUnsignedLong(tail.getInt(end + 12));
    long directory = Integer.toUnsignedLong(tail.getInt(end + 16));
    int locator = end - LOCATOR_64_BYTES;
    if (locator >= 0 && tail.getInt(locator) == LOCATOR_64) {
      ByteBuffer end64 =
          bytes(in, inside(tail.getLong(locator + 8), END_64_BYTES, size), END_64_BYTES);
      if (end64.getInt(0) != END_64) {
        throw new PickleException("is a zip file whose end is damaged");
      }
      directoryBytes = end64.getLong(40);
      directory = end64.getLong(48);
    }
    if (directoryBytes < 0 || directoryBytes > MAX_DIRECTORY_BYTES) {
      throw new PickleException(
          "is a zip file with a directory of %,d bytes".formatted(directoryBytes));
    }
    return entries(bytes(in, inside(directory, directoryBytes, size), (int) directoryBytes), size);
  }

  private static Map<String, Entry> entries(ByteBuffer directory, long size) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    while (directory.remaining() >= ENTRY_BYTES) {
      int at = directory.position();
      int name = Short.toUnsignedInt(directory.getShort(at + 28));
      int extra = Short.toUnsignedInt(directory.getShort(at + 30));
      int comment = Short.toUnsignedInt(directory.getShort(at + 32));
      int next = at + ENTRY_BYTES + name + extra + comment;
      if (directory.getInt(at) != ENTRY || next > directory.limit()) {
        throw new PickleException("is a zip file whose directory is damaged");
      }
      byte[] text = new byte[name];
      directory.get(at + ENTRY_BYTES, text);
      String called = new String(text, StandardCharsets.UTF_8);
      if (directory.getShort(at + 10) != 0) {
        throw new PickleException("is a zip file with compressed entries; PyTorch stores them");
      }
      Entry entry = entry(directory, at, directory.slice(at + ENTRY_BYTES + name, extra));
      inside(entry.header(), entry.bytes() + LOCAL_BYTES, size);
      if (entries.putIfAbsent(called, entry) != null) {
        throw new PickleException("is a zip file that has an entry twice");
      }
      directory.position(next);
    }
    return entries;
  }

  /** Sizes and places above 4 GB stand in an extra field, in this order. */
  private static Entry entry(ByteBuffer directory, int at, ByteBuffer extra) {
    long bytes = Integer.toUnsignedLong(directory.getInt(at + 24));
    long stored = Integer.toUnsignedLong(directory.getInt(at + 20));
    long header = Integer.toUnsignedLong(directory.getInt(at + 42));
    extra.order(ByteOrder.LITTLE_ENDIAN);
    while (extra.remaining() >= 4) {
      int kind = Short.toUnsignedInt(extra.getShort());
      int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
      ByteBuffer field = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      if (kind == EXTRA_64) {
        bytes = long64(bytes, field);
        stored = long64(stored, field);
        header = long64(header, field);
      }
      extra.position(extra.position() + length);
    }
    if (stored != bytes) {
      throw new PickleException("is a zip file whose directory is damaged");
    }
    return new Entry(header, bytes);
  }

  private static long long64(long value, ByteBuffer field) {
    return value == IN_EXTRA && field.remaining() >= Long.BYTES ? field.getLong() : value;
  }

  /** Where an entry's content begins; its own header is there to be passed over. */
  static long content(FSDataInputStream in, Entry entry, long size) throws IOException {
    ByteBuffer header = bytes(in, entry.header(), LOCAL_BYTES);
    if (header.getInt(0) != LOCAL) {
      throw new PickleException("is a zip file with a damaged entry");
    }
    int name = Short.toUnsignedInt(header.getShort(26));
    int extra = Short.toUnsignedInt(header.getShort(28));
    return inside(entry.header() + LOCAL_BYTES + name + extra, entry.bytes(), size);
  }

  private static long inside(long from, long bytes, long size) {
    if (from < 0 || bytes < 0 || from > size || bytes > size - from) {
      throw new PickleException("is a zip file that ends too early; copy it again");
    }
    return from;
  }

  private static ByteBuffer bytes(FSDataInputStream in, long from, int count) throws IOException {
    byte[] bytes = new byte[count];
    in.seek(from);
    in.readFully(bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
