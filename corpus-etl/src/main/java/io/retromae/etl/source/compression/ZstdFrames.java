package io.retromae.etl.source.compression;

import java.io.IOException;
import java.io.InputStream;

/**
 * Hands a zstd stream to the decoder block by block (RFC 8878, section 3.1), so that a broken block
 * takes nothing along that was whole before it. Bytes go through unchanged: the decoder judges
 * them.
 */
final class ZstdFrames extends InputStream {
  private final InputStream in;
  private final byte[] head = new byte[ZstdHeader.LONGEST];
  private int headSize;
  private int headTaken;
  private long left;
  private boolean insideFrame;
  private boolean checksum;

  ZstdFrames(InputStream in) {
    this.in = in;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (headTaken == headSize && left == 0 && !readHead()) {
      return -1;
    }
    if (headTaken < headSize) {
      int n = Math.min(length, headSize - headTaken);
      System.arraycopy(head, headTaken, into, offset, n);
      headTaken += n;
      return n;
    }
    int n = in.readNBytes(into, offset, (int) Math.min(length, left));
    left -= n;
    return n == 0 ? -1 : n;
  }

  /** Reads the header of what comes next; false at the end. */
  private boolean readHead() throws IOException {
    headTaken = 0;
    if (insideFrame) {
      headSize = in.readNBytes(head, 0, ZstdHeader.BLOCK_BYTES);
      boolean whole = headSize == ZstdHeader.BLOCK_BYTES;
      left = whole ? ZstdHeader.blockSize(head) : 0;
      if (whole && ZstdHeader.isLastBlock(head)) {
        insideFrame = false;
      }
      return headSize > 0;
    }
    if (checksum) {
      checksum = false;
      headSize = in.readNBytes(head, 0, ZstdHeader.CHECKSUM_BYTES);
      return headSize > 0;
    }
    headSize = in.readNBytes(head, 0, ZstdHeader.SHORTEST);
    if (headSize == ZstdHeader.SHORTEST && ZstdHeader.isFrame(head)) {
      headSize += in.readNBytes(head, headSize, ZstdHeader.size(head) - headSize);
      insideFrame = true;
      checksum = ZstdHeader.hasChecksum(head);
      left = 0;
    } else if (headSize >= ZstdHeader.MAGIC_BYTES && ZstdHeader.isSkippable(head)) {
      readSkippableSize();
    } else {
      left = Long.MAX_VALUE; // no frame: the decoder refuses it
    }
    return headSize > 0;
  }

  private void readSkippableSize() throws IOException {
    headSize += in.readNBytes(head, headSize, ZstdHeader.SKIPPABLE_BYTES - headSize);
    left = headSize == ZstdHeader.SKIPPABLE_BYTES ? ZstdHeader.skippableSize(head) : 0;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** None: the decoder must give what it has before it asks for the next block. */
  @Override
  public int available() {
    return 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
