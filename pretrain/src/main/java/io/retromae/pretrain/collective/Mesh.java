package io.retromae.pretrain.collective;

import io.retromae.core.failure.ClusterException;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
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
final class Mesh implements Gate.Host {
  private static final Logger LOG = LoggerFactory.getLogger(Mesh.class);
  private static final long RETRY_MILLIS = 50;

  private final RingConfig config;
  private final Map<Lane, Transport> connections = new HashMap<>();
  private boolean ended;

  Mesh(RingConfig config) {
    this.config = config;
  }

  /**
   * Connects to all peers.
   *
   * @param listener closed when all have come
   * @return connections by peer, kind and stream
   * @throws ClusterException naming the peers that did not come in time
   */
  Map<Lane, Transport> build(ServerSocketChannel listener) {
    long deadline = System.nanoTime() + config.options().timeout().toNanos();
    Gate gate = open(listener);
    try {
      for (int peer = 0; peer < config.rank(); peer++) {
        for (Lane lane : lanes(peer)) {
          connect(lane, deadline);
        }
      }
      return awaitAll(deadline);
    } finally {
      gate.close();
      end();
    }
  }

  private Gate open(ServerSocketChannel listener) {
    try {
      return Gate.open(listener, config.membership(), this);
    } catch (IOException e) {
      throw new ClusterException("rank %d cannot listen: %s".formatted(config.rank(), e), e);
    }
  }

  private List<Lane> lanes(int peer) {
    List<Lane> lanes = new ArrayList<>();
    lanes.add(new Lane(peer, Lane.Kind.CONTROL, 0));
    for (int stream = 0; stream < config.options().streams(); stream++) {
      lanes.add(new Lane(peer, Lane.Kind.DATA, stream));
    }
    return lanes;
  }

  @Override
  public synchronized boolean expects(Lane lane) {
    return !ended
        && lane.peer() > config.rank()
        && lane.peer() < config.worldSize()
        && lanes(lane.peer()).contains(lane)
        && !connections.containsKey(lane);
  }

  @Override
  public synchronized void entered(Lane lane, Transport transport) {
    if (ended || connections.putIfAbsent(lane, transport) != null) {
      LOG.warn("event=connection_refused rank={} reason=\"{} twice\"", config.rank(), lane);
      closeQuietly(transport);
    }
    notifyAll();
  }

  private void connect(Lane lane, long deadline) {
    IOException last = new IOException("no time to connect");
    while (System.nanoTime() < deadline) {
      try {
        entered(
            lane, Connector.connect(config.peers().get(lane.peer()), config.membership(), lane));
        return;
      } catch (IOException e) {
        last = e;
        pause();
      }
    }
    throw new ClusterException(
        "rank %d cannot join %s within %d s: %s"
            .formatted(
                config.rank(),
                config.name(lane.peer()),
                config.options().timeout().toSeconds(),
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
    return new ClusterException("rank " + config.rank() + ": interrupted while joining", e);
  }

  /** From here on the connections are the caller's. */
  private synchronized Map<Lane, Transport> awaitAll(long deadline) {
    int expected = (config.options().streams() + 1) * (config.worldSize() - 1);
    while (connections.size() < expected) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new ClusterException(
            "rank %d waited %d s for %s"
                .formatted(config.rank(), config.options().timeout().toSeconds(), missing()));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
    Map<Lane, Transport> whole = Map.copyOf(connections);
    connections.clear();
    ended = true;
    return whole;
  }

  private String missing() {
    List<String> names = new ArrayList<>();
    for (int peer = config.rank() + 1; peer < config.worldSize(); peer++) {
      if (!connections.keySet().containsAll(lanes(peer))) {
        names.add(config.name(peer));
      }
    }
    return names.stream().collect(Collectors.joining(", "));
  }

  /** Closes what was not handed out. */
  private synchronized void end() {
    ended = true;
    connections.values().forEach(Mesh::closeQuietly);
  }

  /** Closing is all that is left to do with the channel: an error there changes nothing. */
  static void closeQuietly(java.io.Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      LOG.debug("event=close_failed reason={}", e.toString());
    }
  }

  static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "retromae-ring");
    thread.setDaemon(true);
    return thread;
  }
}
