package io.retromae.training.connect;

import io.retromae.core.failure.ClusterException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the connections of one rank: to every peer one for control and as many for data as there
 * are streams. Each rank connects to the lower ones and lets the higher ones in.
 */
public final class Mesh implements Acceptor.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(Mesh.class);
  private static final long RETRY_MILLIS = 50;

  private final Membership self;
  private final List<InetSocketAddress> peers;
  private final int streams;
  private final Duration timeout;
  private final Map<ConnectionId, Transport> connections = new HashMap<>();
  private boolean ended;

  /**
   * The connections of one rank.
   *
   * @param peers listening address of every rank, by rank
   * @param streams data connections to each peer
   * @param timeout for all to come
   */
  public Mesh(Membership self, List<InetSocketAddress> peers, int streams, Duration timeout) {
    this.self = self;
    this.peers = List.copyOf(peers);
    this.streams = streams;
    this.timeout = timeout;
  }

  /** "rank 3 (host:port)". */
  public static String name(int rank, InetSocketAddress address) {
    return "rank %d (%s:%d)".formatted(rank, address.getHostString(), address.getPort());
  }

  /**
   * Connects to all peers.
   *
   * @param listener closed when all have come
   * @return connections by peer, kind and stream
   * @throws ClusterException naming the peers that did not come in time
   */
  public Map<ConnectionId, Transport> build(ServerSocketChannel listener) {
    long deadline = System.nanoTime() + timeout.toNanos();
    Acceptor acceptor = open(listener);
    try {
      for (int peer = 0; peer < self.rank(); peer++) {
        for (ConnectionId id : idsOf(peer)) {
          connect(id, deadline);
        }
      }
      return awaitAll(deadline);
    } finally {
      acceptor.close();
      end();
    }
  }

  private Acceptor open(ServerSocketChannel listener) {
    try {
      return Acceptor.open(listener, self, this);
    } catch (IOException e) {
      throw new ClusterException("rank %d cannot listen: %s".formatted(self.rank(), e), e);
    }
  }

  private List<ConnectionId> idsOf(int peer) {
    List<ConnectionId> ids = new ArrayList<>();
    ids.add(new ConnectionId(peer, ConnectionId.Kind.CONTROL, 0));
    for (int stream = 0; stream < streams; stream++) {
      ids.add(new ConnectionId(peer, ConnectionId.Kind.DATA, stream));
    }
    return ids;
  }

  @Override
  public synchronized boolean expects(ConnectionId id) {
    return !ended
        && id.peer() > self.rank()
        && id.peer() < self.worldSize()
        && idsOf(id.peer()).contains(id)
        && !connections.containsKey(id);
  }

  @Override
  public synchronized void accepted(ConnectionId id, Transport transport) {
    if (ended || connections.putIfAbsent(id, transport) != null) {
      LOG.warn("event=connection_refused rank={} reason=\"{} twice\"", self.rank(), id);
      transport.closeQuietly();
    }
    notifyAll();
  }

  private void connect(ConnectionId id, long deadline) {
    IOException last = new IOException("no time to connect");
    while (System.nanoTime() < deadline) {
      try {
        accepted(id, Connector.connect(peers.get(id.peer()), self, id));
        return;
      } catch (IOException e) {
        last = e;
        pause();
      }
    }
    throw new ClusterException(
        "rank %d cannot join %s within %d s: %s"
            .formatted(
                self.rank(),
                name(id.peer(), peers.get(id.peer())),
                timeout.toSeconds(),
                last.getMessage()),
        last);
  }

  private synchronized void pause() {
    try {
      wait(RETRY_MILLIS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private ClusterException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ClusterException("rank " + self.rank() + ": interrupted while joining", e);
  }

  /** From here on the connections are the caller's. */
  private synchronized Map<ConnectionId, Transport> awaitAll(long deadline) {
    int expected = (streams + 1) * (self.worldSize() - 1);
    while (connections.size() < expected) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new ClusterException(
            "rank %d waited %d s for %s".formatted(self.rank(), timeout.toSeconds(), missing()));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    Map<ConnectionId, Transport> whole = Map.copyOf(connections);
    connections.clear();
    ended = true;
    return whole;
  }

  private String missing() {
    List<String> names = new ArrayList<>();
    for (int peer = self.rank() + 1; peer < self.worldSize(); peer++) {
      if (!connections.keySet().containsAll(idsOf(peer))) {
        names.add(name(peer, peers.get(peer)));
      }
    }
    return names.stream().collect(Collectors.joining(", "));
  }

  /** Closes what was not handed out. */
  private synchronized void end() {
    ended = true;
    connections.values().forEach(Transport::closeQuietly);
  }
}
