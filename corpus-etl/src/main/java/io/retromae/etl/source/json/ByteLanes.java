package io.retromae.etl.source.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight bytes looked at in one step. Answers may err to the safe side: a byte that is none may be
 * suspected behind one that is.
 */
final class ByteLanes {
  /** How many. */
  static final int WIDTH = Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;

  private ByteLanes() {}

  private static long load(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  /** Whether none of eight bytes is a line feed. */
  static boolean noLineFeed(byte[] bytes, int at) {
    long zeros = load(bytes, at) ^ (ONES * '\n');
    return (zeros - ONES & ~zeros & HIGH) == 0;
  }

  /** Whether none of eight bytes is a quote or a backslash. */
  static boolean noQuote(byte[] bytes, int at) {
    long eight = load(bytes, at);
    long quotes = eight ^ (ONES * '"');
    long backslashes = eight ^ (ONES * '\\');
    return ((quotes - ONES & ~quotes | backslashes - ONES & ~backslashes) & HIGH) == 0;
  }

  /** Whether eight bytes are printable ASCII, none of them a quote or a backslash. */
  static boolean plain(byte[] bytes, int at) {
    long eight = load(bytes, at);
    long quotes = eight ^ (ONES * '"');
    long backslashes = eight ^ (ONES * '\\');
    long found = (quotes - ONES) | (backslashes - ONES) | (eight - ONES * ' ') | eight;
    return (found & HIGH) == 0;
  }
}
