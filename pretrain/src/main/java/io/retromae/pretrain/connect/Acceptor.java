package io.retromae.pretrain.connect;

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
  private final Host host;
  private final List<PendingConnection> unproven = new ArrayList<>(); // oldest first
  private final List<PendingConnection> proven = new ArrayList<>();
  private final Thread thread;
  private volatile boolean closing;
  private long refusals;

  private Acceptor(ServerSocketChannel listener, Membership self, Host host) throws IOException {
    this.listener = listener;
    this.self = self;
    this.host = host;
    this.selector = Selector.open();
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
    this.thread = Mesh.daemon(this::run);
  }

  /** Who takes the connections. Called by the gate's thread, which must not be held up. */
  public interface Host {
    /** Whether a connection of this kind, from this peer, is still missing. */
    boolean expects(ConnectionId lane);

    /** Takes a connection and owns it from here on. */
    void entered(ConnectionId lane, Transport transport);
  }

  /**
   * Starts letting in.
   *
   * @param listener bound; closed with the gate
   */
  public static Acceptor open(ServerSocketChannel listener, Membership self, Host host)
      throws IOException {
    Acceptor gate = new Acceptor(listener, self, host);
    gate.thread.start();
    return gate;
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
          if (key.isValid() && key.attachment() instanceof PendingConnection knock) {
            hear(knock);
          }
        }
        selector.selectedKeys().clear();
        turnAwayTheSlow();
        admit();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("event=gate_failed reason={}", e.toString());
    } finally {
      unproven.forEach(knock -> Mesh.closeQuietly(knock.channel));
      proven.forEach(knock -> Mesh.closeQuietly(knock.channel));
      Mesh.closeQuietly(listener);
      Mesh.closeQuietly(selector); // only now does the kernel stop listening
    }
  }

  private void admit() throws IOException {
    while (!closing) {
      boolean room = unproven.size() < MAX_UNPROVEN || makeRoom();
      listener.keyFor(selector).interestOps(room ? SelectionKey.OP_ACCEPT : 0);
      SocketChannel channel = room ? accept() : null;
      if (channel == null) {
        return; // nobody is there, or those who are wait until there is room
      }
      greet(new PendingConnection(channel));
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
    for (PendingConnection knock : unproven) {
      long count = unproven.stream().filter(k -> k.address.equals(knock.address)).count();
      if (count > most) {
        most = count;
        displaced = knock;
      }
    }
    if (System.nanoTime() - displaced.since < GRACE_NANOS) {
      return false;
    }
    refuse(displaced, "displaced by newer ones");
    return true;
  }

  private void greet(PendingConnection knock) {
    unproven.add(knock);
    try {
      knock.channel.configureBlocking(false);
      send(knock, knock.nonce);
      knock.channel.register(selector, SelectionKey.OP_READ, knock);
    } catch (IOException e) {
      refuse(knock, e.getMessage());
    }
  }

  private static void send(PendingConnection knock, byte[] bytes) throws IOException {
    if (knock.channel.write(ByteBuffer.wrap(bytes)) < bytes.length) {
      throw new IOException("takes no bytes"); // an empty send buffer holds more than this
    }
  }

  private void hear(PendingConnection knock) {
    try {
      if (knock.channel.read(knock.message) < 0) {
        refuse(knock, "closed by the other side");
      } else if (!knock.message.hasRemaining()) {
        knock.message.flip();
        if (proven.contains(knock)) {
          letIn(knock);
        } else {
          answer(knock);
        }
      }
    } catch (IOException e) {
      refuse(knock, e.getMessage());
    }
  }

  private void answer(PendingConnection knock) throws IOException {
    knock.handshake = Handshake.from(self, knock.nonce, knock.message);
    ConnectionId lane = knock.handshake.id();
    if (!host.expects(lane)) {
      throw new IOException(lane + " is not expected, or connected already");
    }
    send(knock, knock.handshake.proof(Handshake.Role.ACCEPTOR));
    knock.message = ByteBuffer.allocate(Handshake.PROOF_BYTES);
    unproven.remove(knock);
    proven.add(knock);
  }

  private void letIn(PendingConnection knock) throws IOException {
    knock.handshake.check(Handshake.Role.CONFIRMED, knock.message);
    proven.remove(knock);
    knock.channel.keyFor(selector).cancel();
    selector.selectNow(); // only then may the channel block
    knock.channel.configureBlocking(true);
    host.entered(knock.handshake.id(), knock.handshake.transport(knock.channel));
  }

  private void turnAwayTheSlow() {
    long now = System.nanoTime();
    for (Iterator<PendingConnection> oldest = unproven.iterator(); oldest.hasNext(); ) {
      PendingConnection knock = oldest.next();
      if (now - knock.since < LIMIT_NANOS) {
        return;
      }
      oldest.remove();
      refuse(knock, "no proof within " + Handshake.LIMIT_MILLIS + " ms");
    }
  }

  /** Told at the first, second, fourth ... time: strangers shall not fill the log either. */
  private void refuse(PendingConnection knock, String reason) {
    unproven.remove(knock);
    proven.remove(knock);
    Mesh.closeQuietly(knock.channel);
    refusals++;
    if (Long.bitCount(refusals) == 1) {
      LOG.warn(
          "event=connection_refused by=\"{}\" from={} reason=\"{}\" refusals={}",
          Handshake.name(self.rank()),
          knock.address,
          reason,
          refusals);
    }
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
        interrupted = true; // it ends at once: hosts do not hold it up
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
