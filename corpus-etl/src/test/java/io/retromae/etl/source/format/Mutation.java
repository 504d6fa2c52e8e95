package io.retromae.etl.source.format;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Small damages to bytes. */
public final class Mutation {
  private static final byte[] NASTY = "\"\"\\{}[],:\n\r \t0-eu\0\u007f".getBytes();

  private Mutation() {}

  /** One to three damages: flips, cuts, insertions, repeated ranges, exchanged quotes. */
  public static byte[] of(byte[] bytes, Random random) {
    byte[] damaged = bytes;
    for (int n = 1 + random.nextInt(3); n > 0 && damaged.length > 0; n--) {
      damaged = once(damaged, random);
    }
    return damaged;
  }

  private static byte[] once(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    byte[] copy = bytes.clone();
    switch (random.nextInt(6)) {
      case 0:
        copy[at] ^= (byte) (1 << random.nextInt(8));
        return copy;
      case 1:
        return random.nextInt(4) > 0 ? copy : Arrays.copyOf(bytes, at);
      case 2:
        return insert(bytes, at, new byte[] {NASTY[random.nextInt(NASTY.length)]});
      case 3:
        int length = Math.min(bytes.length - at, 1 + random.nextInt(200));
        return insert(bytes, at, Arrays.copyOfRange(bytes, at, at + length));
      case 4:
        copy[at] = NASTY[random.nextInt(NASTY.length)];
        return copy;
      default:
        return exchangeQuote(copy, at);
    }
  }

  private static byte[] exchangeQuote(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '"') {
        bytes[i] = '\'';
        return bytes;
      }
    }
    return bytes;
  }

  private static byte[] insert(byte[] bytes, int at, byte[] inserted) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    out.writeBytes(inserted);
    out.write(bytes, at, bytes.length - at);
    return out.toByteArray();
  }
}
