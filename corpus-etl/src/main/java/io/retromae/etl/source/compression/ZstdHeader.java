package io.retromae.etl.source.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/** Headers of zstd frames and blocks: RFC 8878, sections 3.1.1 and 3.1.2. */
final class ZstdHeader {
  static final int MAGIC_BYTES = 4;
  static final int BLOCK_BYTES = 3;
  static final int CHECKSUM_BYTES = 4;
  static final int SKIPPABLE_BYTES = 8;

  /** Bytes that tell how long a frame's header is. */
  static final int SHORTEST = 5;

  /** Magic number, descriptor, window, dictionary and content size. */
  static final int LONGEST = 4 + 1 + 1 + 4 + 8;

  private static final int MAGIC = 0xFD2FB528;
  private static final int SKIPPABLE_MAGIC = 0x184D2A50;
  private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};

  private ZstdHeader() {}

  private static ByteBuffer littleEndian(byte[] head) {
    return ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
  }

  static boolean isFrame(byte[] head) {
    return littleEndian(head).getInt(0) == MAGIC;
  }

  static boolean isSkippable(byte[] head) {
    return (littleEndian(head).getInt(0) & 0xFFFFFFF0) == SKIPPABLE_MAGIC;
  }

  static long skippableSize(byte[] head) {
    return littleEndian(head).getInt(MAGIC_BYTES) & 0xFFFFFFFFL;
  }

  private static int descriptor(byte[] head) {
    return head[MAGIC_BYTES] & 0xff;
  }

  private static boolean isSingleSegment(byte[] head) {
    return (descriptor(head) & 0x20) != 0;
  }

  static boolean hasChecksum(byte[] head) {
    return (descriptor(head) & 0x04) != 0;
  }

  private static int contentBytes(byte[] head) {
    int flag = descriptor(head) >> 6;
    return flag == 0 ? isSingleSegment(head) ? 1 : 0 : 1 << flag;
  }

  private static int contentAt(byte[] head) {
    int window = isSingleSegment(head) ? 0 : 1;
    return SHORTEST + window + DICTIONARY_BYTES[descriptor(head) & 3];
  }

  /** Bytes of a frame's header. */
  static int size(byte[] head) {
    return contentAt(head) + contentBytes(head);
  }

  /** Decompressed bytes of a frame, if it says so. */
  static OptionalLong content(byte[] head) {
    ByteBuffer buffer = littleEndian(head);
    int at = contentAt(head);
    return switch (contentBytes(head)) {
      case 0 -> OptionalLong.empty();
      case 1 -> OptionalLong.of(head[at] & 0xff);
      case 2 -> OptionalLong.of((buffer.getShort(at) & 0xffff) + 256);
      case 4 -> OptionalLong.of(buffer.getInt(at) & 0xFFFFFFFFL);
      default -> OptionalLong.of(buffer.getLong(at));
    };
  }

  private static int block(byte[] head) {
    return head[0] & 0xff | (head[1] & 0xff) << 8 | (head[2] & 0xff) << 16;
  }

  static boolean isLastBlock(byte[] head) {
    return (block(head) & 1) != 0;
  }

  /** Bytes that follow a block's header; one for a run of equal bytes. */
  static int blockSize(byte[] head) {
    boolean run = (block(head) >> 1 & 3) == 1;
    return run ? 1 : block(head) >> 3;
  }
}
