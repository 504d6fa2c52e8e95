package io.retromae.training.connect;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in who proves to belong. One thread holds all handshakes, and each costs a buffer of {@value
 * Handshake#HELLO_BYTES} bytes; a stranger has {@value Handshake#LIMIT_MILLIS} ms in all. When
 * {@value #MAX_UNPROVEN} are open, the oldest of the address that has the most makes room: a
 * stranger displaces itself before it displaces a peer.
 */
public final class Acceptor implements AutoCloseable {
  /** Handshakes open at a time. */
  static final int MAX_UNPROVEN = 64;

  /**
   * A peer needs two round trips: younger ones are not displaced, newer ones wait in the kernel.
   */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long TICK_MILLIS = 20;
  private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(Handshake.LIMIT_MILLIS);
  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

  private final ServerSocketChannel listener;
  private final Selector selector;
  private final Membership self;
  private final Handler handler;
  private final List<PendingConnection> unproven = new ArrayList<>(); // oldest first
  private final List<PendingConnection> proven = new ArrayList<>();
  private final Thread thread;
  private volatile boolean closing;
  private long refusals;

  private Acceptor(ServerSocketChannel listener, Membership self, Handler handler)
      throws IOException {
    this.listener = listener;
    this.self = self;
    this.handler = handler;
    this.selector = Selector.open();
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
    this.thread = daemon(this::run);
  }

  /** Who takes the connections. Called by the acceptor's thread, which must not be held up. */
  public interface Handler {
    /** Whether a connection of this kind, from this peer, is still missing. */
    boolean expects(ConnectionId id);

    /** Takes a connection and owns it from here on. */
    void accepted(ConnectionId id, Transport transport);
  }

  /**
   * Starts letting in.
   *
   * @param listener bound; closed with the acceptor
   */
  public static Acceptor open(ServerSocketChannel listener, Membership self, Handler handler)
      throws IOException {
    Acceptor acceptor = new Acceptor(listener, self, handler);
    acceptor.thread.start();
    return acceptor;
  }

  /** A connection in the middle of its handshake. */
  private static final class PendingConnection {
    final SocketChannel channel;
    final InetAddress address;
    final long since = System.nanoTime();
    final byte[] nonce = Handshake.nonce();
    ByteBuffer message = ByteBuffer.allocate(Handshake.HELLO_BYTES);
    Handshake handshake; // once proven

    PendingConnection(SocketChannel channel) {
      this.channel = channel;
      this.address = channel.socket().getInetAddress();
    }
  }

  private void run() {
    try {
      while (!closing) {
        selector.select(unproven.isEmpty() ? 0 : TICK_MILLIS);
        for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
          if (key.isValid() && key.attachment() instanceof PendingConnection pending) {
            read(pending);
          }
        }
        selector.selectedKeys().clear();
        refuseTheSlow();
        acceptThoseWaiting();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("event=acceptor_failed reason={}", e.toString());
    } finally {
      unproven.forEach(pending -> closeQuietly(pending.channel));
      proven.forEach(pending -> closeQuietly(pending.channel));
      closeQuietly(listener);
      closeQuietly(selector); // only now does the kernel stop listening
    }
  }

  private void acceptThoseWaiting() throws IOException {
    while (!closing) {
      boolean room = unproven.size() < MAX_UNPROVEN || makeRoom();
      listener.keyFor(selector).interestOps(room ? SelectionKey.OP_ACCEPT : 0);
      SocketChannel channel = room ? accept() : null;
      if (channel == null) {
        return; // nobody is there, or those who are wait until there is room
      }
      begin(new PendingConnection(channel));
    }
  }

  /** May fail for want of file descriptors; the next tick tries again. */
  private SocketChannel accept() throws IOException {
    try {
      return listener.accept();
    } catch (java.nio.channels.ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      LOG.warn("event=accept_failed reason={}", e.toString());
      java.util.concurrent.locks.LockSupport.parkNanos(GRACE_NANOS);
      return null;
    }
  }

  private boolean makeRoom() {
    PendingConnection displaced = unproven.get(0);
    long most = 0;
    for (PendingConnection pending : unproven) {
      long count = unproven.stream().filter(other -> other.address.equals(pending.address)).count();
      if (count > most) {
        most = count;
        displaced = pending;
      }
    }
    if (System.nanoTime() - displaced.since < GRACE_NANOS) {
      return false;
    }
    refuse(displaced, "displaced by newer ones");
    return true;
  }

  private void begin(PendingConnection pending) {
    unproven.add(pending);
    try {
      pending.channel.configureBlocking(false);
      send(pending, pending.nonce);
      pending.channel.register(selector, SelectionKey.OP_READ, pending);
    } catch (IOException e) {
      refuse(pending, e.getMessage());
    }
  }

  private static void send(PendingConnection pending, byte[] bytes) throws IOException {
    int taken = pending.channel.write(ByteBuffer.wrap(bytes));
    if (taken < bytes.length) { // an empty send buffer holds more than this
      throw new IOException("took %d of %d bytes".formatted(taken, bytes.length));
    }
  }

  private void read(PendingConnection pending) {
    try {
      if (pending.channel.read(pending.message) < 0) {
        refuse(pending, "closed by the other side");
      } else if (!pending.message.hasRemaining()) {
        pending.message.flip();
        if (proven.contains(pending)) {
          handOver(pending);
        } else {
          answer(pending);
        }
      }
    } catch (IOException e) {
      refuse(pending, e.getMessage());
    }
  }

  private void answer(PendingConnection pending) throws IOException {
    pending.handshake = Handshake.from(self, pending.nonce, pending.message);
    ConnectionId id = pending.handshake.id();
    if (!handler.expects(id)) {
      throw new IOException(id + " is not expected, or connected already");
    }
    send(pending, pending.handshake.proof(Handshake.Role.ACCEPTOR));
    pending.message = ByteBuffer.allocate(Handshake.PROOF_BYTES);
    unproven.remove(pending);
    proven.add(pending);
  }

  private void handOver(PendingConnection pending) throws IOException {
    pending.handshake.check(Handshake.Role.CONFIRMED, pending.message);
    proven.remove(pending);
    pending.channel.keyFor(selector).cancel();
    selector.selectNow(); // only then may the channel block
    pending.channel.configureBlocking(true);
    handler.accepted(pending.handshake.id(), pending.handshake.transport(pending.channel));
  }

  private void refuseTheSlow() {
    long now = System.nanoTime();
    for (Iterator<PendingConnection> oldest = unproven.iterator(); oldest.hasNext(); ) {
      PendingConnection pending = oldest.next();
      if (now - pending.since < LIMIT_NANOS) {
        return;
      }
      oldest.remove();
      refuse(pending, "no proof within " + Handshake.LIMIT_MILLIS + " ms");
    }
  }

  /** Told at the first, second, fourth ... time: strangers shall not fill the log either. */
  private void refuse(PendingConnection pending, String reason) {
    unproven.remove(pending);
    proven.remove(pending);
    closeQuietly(pending.channel);
    refusals++;
    if (Long.bitCount(refusals) == 1) {
      LOG.warn(
          "event=connection_refused by=\"{}\" from={} reason=\"{}\" refusals={}",
          Handshake.name(self.rank()),
          pending.address,
          reason,
          refusals);
    }
  }

  /** Closing is all that is left to do with the channel: an error there changes nothing. */
  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      LOG.debug("event=close_failed reason={}", e.toString());
    }
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "retromae-acceptor");
    thread.setDaemon(true);
    return thread;
  }

  /** Nobody comes in any more; returns when the port is closed. */
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // it ends at once: handlers do not hold it up
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
