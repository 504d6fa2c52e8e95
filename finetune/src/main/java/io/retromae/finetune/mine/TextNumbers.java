package io.retromae.finetune.mine;

import io.retromae.core.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Numbers of different texts, in the order in which they first came. Texts are known by 128 bits of
 * their SHA-256, so that each takes some 40 bytes, however long it is.
 */
final class TextNumbers {
  private static final int FREE = -1;
  private static final int FIRST_SLOTS = 1 << 12;

  private final MessageDigest digest = Sha256.newDigest();

  /** Keys by number. */
  private long[] high = new long[FIRST_SLOTS / 2];

  private long[] low = new long[FIRST_SLOTS / 2];

  /** Numbers by key, open addressing; at most half full. */
  private int[] slots = free(FIRST_SLOTS);

  private int size;

  /** What a text is known by. */
  record Key(long high, long low) {}

  private static int[] free(int count) {
    int[] slots = new int[count];
    Arrays.fill(slots, FREE);
    return slots;
  }

  /** What a text is known by. */
  Key key(String text) {
    ByteBuffer hash = ByteBuffer.wrap(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    return new Key(hash.getLong(), hash.getLong());
  }

  /** Number of texts. */
  int size() {
    return size;
  }

  /** The number of a text; -1 if it never came. */
  int find(Key key) {
    return slots[slot(key.high(), key.low())];
  }

  /** The number of a text, which is new if it never came before. */
  int add(Key key) {
    int slot = slot(key.high(), key.low());
    if (slots[slot] != FREE) {
      return slots[slot];
    }
    if (size == high.length) {
      high = Arrays.copyOf(high, Math.multiplyExact(size, 2));
      low = Arrays.copyOf(low, high.length);
    }
    high[size] = key.high();
    low[size] = key.low();
    slots[slot] = size++;
    if (size > slots.length / 2) {
      grow();
    }
    return size - 1;
  }

  private void grow() {
    slots = free(Math.multiplyExact(slots.length, 2));
    for (int number = 0; number < size; number++) {
      slots[slot(high[number], low[number])] = number;
    }
  }

  /** Where a key is, or would be. */
  private int slot(long keyHigh, long keyLow) {
    int mask = slots.length - 1;
    int slot = (int) keyHigh & mask;
    while (slots[slot] != FREE && (high[slots[slot]] != keyHigh || low[slots[slot]] != keyLow)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
