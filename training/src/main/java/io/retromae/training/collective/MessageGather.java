package io.retromae.training.collective;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Gives every rank every rank's message in log2 W rounds, for any W (Bruck et al. 1997): each rank
 * gets what the rank 1, 2, 4, ... above it has gathered so far. Sending to everybody would take W -
 * 1 frames of each rank.
 */
final class MessageGather {
  private final Exchange exchange;
  private final int rank;
  private final int world;

  MessageGather(Exchange exchange, int rank, int world) {
    this.exchange = exchange;
    this.rank = rank;
    this.world = world;
  }

  /** Returns [W] messages by rank. */
  byte[][] gather(OperationId operation, byte[] own) throws IOException {
    byte[][] held = new byte[world][];
    held[rank] = own.clone();
    for (int distance = 1; distance < world; distance *= 2) {
      int count = Math.min(distance, world - distance);
      exchange.send(above(world - distance), operation, pack(held, count));
      int from = above(distance);
      unpack(exchange.message(from, operation, mostBytes(count)), held, distance, count);
    }
    return held;
  }

  private int above(int distance) {
    return (rank + distance) % world;
  }

  private static long mostBytes(int count) {
    return (long) count * (Integer.BYTES + Collective.MAX_MESSAGE_BYTES);
  }

  /** The messages of this rank and of those above it: each behind its length. */
  private byte[] pack(byte[][] held, int count) {
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += Integer.BYTES + held[above(i)].length;
    }
    ByteBuffer packed = ByteBuffer.allocate(Math.toIntExact(bytes));
    for (int i = 0; i < count; i++) {
      packed.putInt(held[above(i)].length).put(held[above(i)]);
    }
    return packed.array();
  }

  private void unpack(byte[] packed, byte[][] held, int first, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(packed);
    for (int i = 0; i < count; i++) {
      int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        throw new ProtocolException(
            "rank %d sent rank %d %d bytes, which are not %d messages"
                .formatted(above(first), rank, packed.length, count));
      }
      held[above(first + i)] = new byte[length];
      bytes.get(held[above(first + i)]);
    }
  }
}
