package io.retromae.training.collective;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** Stands between a rank that connects and one that accepts, and spoils what it passes on. */
final class Proxy implements AutoCloseable {
  // Sizes of the handshake's messages, as docs/wire-format.md gives them.
  private static final int NONCE_BYTES = 16;
  private static final int PROOF_BYTES = 32;
  private static final int HELLO_BYTES = 3 * Integer.BYTES + NONCE_BYTES + PROOF_BYTES;

  /** Bytes that a connector sends before the first frame. */
  private static final int HANDSHAKE_BYTES = HELLO_BYTES + PROOF_BYTES;

  /** The control connection is made first. */
  private static final int FIRST_DATA_CONNECTION = 1;

  private static final int CHECKSUM_BYTES = 4;
  private final ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
  private final UnaryOperator<byte[]> firstFrame;
  private final long bytesPerSecond;
  private volatile boolean frozen;

  private Proxy(InetSocketAddress target, UnaryOperator<byte[]> firstFrame, long bytesPerSecond)
      throws IOException {
    this.firstFrame = firstFrame;
    this.bytesPerSecond = bytesPerSecond;
    daemon(() -> serve(target));
  }

  /** Passes bytes on until it is {@link #freeze frozen}. */
  static Proxy faithful(InetSocketAddress target) throws IOException {
    return new Proxy(target, frame -> frame, Long.MAX_VALUE);
  }

  /** Passes bytes on slowly. */
  static Proxy throttled(InetSocketAddress target, long bytesPerSecond) throws IOException {
    return new Proxy(target, frame -> frame, bytesPerSecond);
  }

  /** Changes the connector's first frame of data. */
  static Proxy spoiling(InetSocketAddress target, UnaryOperator<byte[]> change) throws IOException {
    return new Proxy(target, change, Long.MAX_VALUE);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
  }

  /** From here on nothing passes, not even the end of a connection. */
  void freeze() {
    frozen = true;
  }

  private interface Body {
    void run() throws IOException;
  }

  private static void daemon(Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (IOException e) {
                // the connection under test has ended
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(InetSocketAddress target) throws IOException {
    for (int number = 0; ; number++) {
      boolean spoilt = number == FIRST_DATA_CONNECTION;
      Socket in = listener.accept();
      Socket out = new Socket(target.getAddress(), target.getPort());
      in.setTcpNoDelay(true);
      out.setTcpNoDelay(true);
      daemon(
          () -> {
            if (spoilt) {
              spoil(new DataInputStream(in.getInputStream()), out.getOutputStream());
            }
            pump(in.getInputStream(), out.getOutputStream());
          });
      daemon(() -> pump(out.getInputStream(), in.getOutputStream()));
    }
  }

  private void spoil(DataInputStream in, OutputStream out) throws IOException {
    byte[] handshake = new byte[HANDSHAKE_BYTES];
    in.readFully(handshake, 0, HELLO_BYTES);
    out.write(handshake, 0, HELLO_BYTES);
    in.readFully(handshake, 0, PROOF_BYTES);
    out.write(handshake, 0, PROOF_BYTES);
    byte[] header = new byte[FrameHeader.BYTES];
    in.readFully(header);
    long length = FrameHeader.read(ByteBuffer.wrap(header)).length();
    byte[] frame = new byte[header.length + (int) length + CHECKSUM_BYTES];
    System.arraycopy(header, 0, frame, 0, header.length);
    in.readFully(frame, header.length, frame.length - header.length);
    out.write(firstFrame.apply(frame));
  }

  private void pump(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[1 << 14];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (!frozen) {
        out.write(buffer, 0, n);
      }
      if (bytesPerSecond < Long.MAX_VALUE) {
        LockSupport.parkNanos(n * 1_000_000_000L / bytesPerSecond); // the fault itself
      }
    }
    if (!frozen) {
      out.close();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
