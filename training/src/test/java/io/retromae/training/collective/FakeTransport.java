package io.retromae.training.collective;

import io.retromae.training.connect.Transport;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** A connection to a peer that says little or nothing and can be made to take nothing. */
final class FakeTransport implements Transport {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch open;
  private final boolean broken;
  private final boolean authenticated;
  private final ByteBuffer said;

  private FakeTransport(CountDownLatch open, boolean broken, boolean authenticated, byte... said) {
    this.open = open;
    this.broken = broken;
    this.authenticated = authenticated;
    this.said = ByteBuffer.wrap(said);
  }

  static FakeTransport silent() {
    return new FakeTransport(new CountDownLatch(0), false, true);
  }

  /** The peer has said this, and says no more. */
  static FakeTransport saying(byte[] bytes) {
    return new FakeTransport(new CountDownLatch(0), false, true, bytes);
  }

  /** The same over a connection that is not authenticated: payloads have checksums. */
  static FakeTransport sayingPlain(byte[] bytes) {
    return new FakeTransport(new CountDownLatch(0), false, false, bytes);
  }

  /** Takes bytes only from when a latch opens. */
  static FakeTransport takingFrom(CountDownLatch open) {
    return new FakeTransport(open, false, true);
  }

  /** Takes no bytes at all. */
  static FakeTransport broken() {
    return new FakeTransport(new CountDownLatch(0), true, true);
  }

  synchronized String text() {
    return written.toString(StandardCharsets.UTF_8);
  }

  /** What was written. */
  synchronized byte[] bytes() {
    return written.toByteArray();
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    await(open);
    if (broken || closed.getCount() == 0) {
      throw new IOException("Broken pipe");
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    synchronized (this) {
      written.write(copy);
    }
  }

  @Override
  public void read(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining() && said.hasRemaining()) {
      bytes.put(said.get());
    }
    if (!bytes.hasRemaining()) {
      return;
    }
    await(closed);
    throw new EOFException("closed");
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public boolean authenticated() {
    return authenticated;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
