package io.retromae.etl.source.compression;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.fs.FSDataInputStream;

/** Finds the frames of a zstd file by going from header to header; nothing is decompressed. */
public final class ZstdFrameList {
  private final FSDataInputStream in;
  private final long size;
  private final long apart;
  private final long longest;
  private final byte[] head = new byte[ZstdHeader.LONGEST];
  private final List<Frame> frames = new ArrayList<>();

  private ZstdFrameList(FSDataInputStream in, long size, long apart, long longest) {
    this.in = in;
    this.size = size;
    this.apart = apart;
    this.longest = longest;
  }

  /**
   * A frame.
   *
   * @param position its first byte as stored
   * @param offset decompressed bytes before it
   */
  public record Frame(long position, long offset) {}

  /**
   * Frames to begin at: the first, and each that lies far enough behind the one before, in stored
   * and decompressed bytes; so however many a file has, few are kept. None if the file is not
   * whole, a frame does not say how much it holds, or is longer than the limit.
   *
   * @param apart least stored bytes between two
   * @param longest most stored bytes of a frame
   */
  public static List<Frame> of(FSDataInputStream in, long size, long apart, long longest)
      throws IOException {
    ZstdFrameList list = new ZstdFrameList(in, size, apart, longest);
    return list.walk() ? list.frames : List.of();
  }

  private boolean walk() throws IOException {
    long position = 0;
    long offset = 0;
    while (position >= 0 && position < size) {
      in.seek(position);
      if (!read(ZstdHeader.SHORTEST)) {
        return false;
      }
      if (ZstdHeader.isSkippable(head)) {
        in.seek(position);
        position =
            read(ZstdHeader.SKIPPABLE_BYTES)
                ? position + ZstdHeader.SKIPPABLE_BYTES + ZstdHeader.skippableSize(head)
                : -1;
        continue;
      }
      in.seek(position);
      if (!ZstdHeader.isFrame(head) || !read(ZstdHeader.size(head))) {
        return false;
      }
      OptionalLong content = ZstdHeader.content(head);
      if (content.isEmpty() || content.getAsLong() < 0) {
        return false;
      }
      keep(new Frame(position, offset));
      offset += content.getAsLong();
      boolean checksum = ZstdHeader.hasChecksum(head);
      long end = endOfBlocks(position + ZstdHeader.size(head));
      position = end < 0 ? -1 : end + (checksum ? ZstdHeader.CHECKSUM_BYTES : 0);
    }
    return position == size;
  }

  private void keep(Frame frame) {
    if (frames.isEmpty()) {
      frames.add(frame);
      return;
    }
    Frame last = frames.get(frames.size() - 1);
    boolean far = frame.position() - last.position() >= apart;
    long behind = frames.size() == 1 ? 0 : last.offset(); // the first is the file's beginning
    if (far && frame.offset() > behind) {
      frames.add(frame);
    }
  }

  /** Where a frame's last block ends; negative if it does not. */
  private long endOfBlocks(long first) throws IOException {
    long position = first;
    while (position < size && position - first <= longest) {
      in.seek(position);
      if (!read(ZstdHeader.BLOCK_BYTES)) {
        return -1;
      }
      position += ZstdHeader.BLOCK_BYTES + ZstdHeader.blockSize(head);
      if (ZstdHeader.isLastBlock(head)) {
        return position;
      }
    }
    return -1;
  }

  private boolean read(int length) throws IOException {
    return in.readNBytes(head, 0, length) == length;
  }
}
