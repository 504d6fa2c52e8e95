package io.retromae.training.connect;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.LoggerFactory;

/** Bytes to and from one peer, whose identity has been proven. One thread for each direction. */
public interface Transport extends Closeable {
  /** Sends all that remains in {@code bytes}. */
  void write(ByteBuffer bytes) throws IOException;

  /**
   * Fills what remains of {@code bytes}.
   *
   * @throws java.io.EOFException if the peer has closed the connection
   */
  void read(ByteBuffer bytes) throws IOException;

  /** Whether what arrives is known to be what was sent; checksums are then superfluous. */
  boolean authenticated();

  /** Closes when that is all that is left to do with it: an error there changes nothing. */
  default void closeQuietly() {
    try {
      close();
    } catch (IOException e) {
      LoggerFactory.getLogger(Transport.class).debug("event=close_failed reason={}", e.toString());
    }
  }
}
