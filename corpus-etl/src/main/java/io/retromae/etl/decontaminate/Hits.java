package io.retromae.etl.decontaminate;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;

/**
 * Places of a document that hold an n-gram of a benchmark. Immutable; travels from pass A to pass B
 * as a short text, empty for a clean document.
 *
 * <p>Encoding: Base64 (URL alphabet, no padding) of one entry after another: start as the signed
 * difference from the entry before (zigzag), length, task id as unsigned LEB128, the hash in 8
 * bytes, big-endian.
 */
public final class Hits {
  /** Hits of one document that are told apart. */
  static final int MANY = 500_000;

  private static final Hits NONE = new Hits(new Builder());

  private final int size;
  private final long[] hashes;
  private final int[] tasks;
  private final int[] starts;
  private final int[] ends;

  private Hits(Builder builder) {
    size = builder.size;
    hashes = builder.hashes;
    tasks = builder.tasks;
    starts = builder.starts;
    ends = builder.ends;
  }

  /** A clean document's. */
  public static Hits none() {
    return NONE;
  }

  /** How many. */
  public int size() {
    return size;
  }

  /** Whether the document is clean. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Hash of a hit's n-gram. */
  public long hash(int hit) {
    return hashes[hit];
  }

  /** Id of the task that holds the n-gram. */
  public int task(int hit) {
    return tasks[hit];
  }

  /** Index of a hit's first char in the document's text. */
  public int start(int hit) {
    return starts[hit];
  }

  /** Index behind a hit's last char. */
  public int end(int hit) {
    return ends[hit];
  }

  /** The n-grams found, each once, ascending: what documents are counted by. */
  public long[] distinctHashes() {
    return Arrays.stream(hashes, 0, size).sorted().distinct().toArray();
  }

  /** As a text. */
  public String encode() {
    if (size == 0) {
      return "";
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(12 * size);
    int last = 0;
    for (int i = 0; i < size; i++) {
      int step = starts[i] - last;
      putVarint(out, step << 1 ^ step >> 31);
      putVarint(out, ends[i] - starts[i]);
      putVarint(out, tasks[i]);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) (hashes[i] >>> shift));
      }
      last = starts[i];
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
  }

  /**
   * From a text.
   *
   * @throws IllegalArgumentException if {@link #encode} cannot have written it
   */
  public static Hits decode(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    byte[] bytes = Base64.getUrlDecoder().decode(text);
    try {
      return new Decoder(bytes).decode();
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException("hits of %d bytes end early".formatted(bytes.length), e);
    }
  }

  private static void putVarint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  /** Reads one entry after another. */
  private static final class Decoder {
    private final byte[] bytes;
    private int position;

    Decoder(byte[] bytes) {
      this.bytes = bytes;
    }

    Hits decode() {
      Builder hits = new Builder();
      int start = 0;
      while (position < bytes.length) {
        int step = varint();
        start += step >>> 1 ^ -(step & 1);
        int end = start + varint();
        int task = varint();
        hits.append(hash(), task, start, end);
      }
      return hits.build();
    }

    private int varint() {
      int value = 0;
      for (int shift = 0; ; shift += 7) {
        byte b = bytes[position++];
        value |= (b & 0x7f) << shift;
        if (b >= 0) {
          return value;
        }
      }
    }

    private long hash() {
      long hash = 0;
      for (int i = 0; i < 8; i++) {
        hash = hash << 8 | bytes[position++] & 0xff;
      }
      return hash;
    }
  }

  /** Collects hits; not thread-safe. */
  static final class Builder {
    private int size;
    private long[] hashes = {};
    private int[] tasks = {};
    private int[] starts = {};
    private int[] ends = {};

    /**
     * Adds a hit; one that repeats the one before it and overlaps it prolongs that one. From {@link
     * #MANY} on every hit that overlaps the one before it does so: a document that is made of
     * benchmark text all through does not take more memory than others.
     */
    void add(long hash, int task, int start, int end) {
      int last = size - 1;
      boolean overlaps = last >= 0 && start <= ends[last];
      if (overlaps && (size >= MANY || hashes[last] == hash && tasks[last] == task)) {
        ends[last] = end;
      } else {
        append(hash, task, start, end);
      }
    }

    private void append(long hash, int task, int start, int end) {
      if (size == hashes.length) {
        int larger = Math.max(16, size + size / 2);
        hashes = Arrays.copyOf(hashes, larger);
        tasks = Arrays.copyOf(tasks, larger);
        starts = Arrays.copyOf(starts, larger);
        ends = Arrays.copyOf(ends, larger);
      }
      hashes[size] = hash;
      tasks[size] = task;
      starts[size] = start;
      ends[size] = end;
      size++;
    }

    Hits build() {
      return size == 0 ? NONE : new Hits(this);
    }
  }
}
