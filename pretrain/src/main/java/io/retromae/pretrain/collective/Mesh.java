package io.retromae.pretrain.collective;

import io.retromae.core.failure.ClusterException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the connections of one rank: two to every peer, one for data and one for control. Each
 * rank connects to the lower ones and accepts the higher ones.
 */
final class Mesh {
  private static final Logger LOG = LoggerFactory.getLogger(Mesh.class);
  private static final int HANDSHAKE_THREADS = 16;
  private static final int PENDING_HANDSHAKES = 64;
  private static final long RETRY_MILLIS = 50;

  private final RingConfig config;
  private final Map<Handshake.Caller, SocketChannel> connections = new HashMap<>();
  private boolean ended;

  Mesh(RingConfig config) {
    this.config = config;
  }

  /**
   * Connects to all peers.
   *
   * @return connections by peer and kind
   * @throws ClusterException naming the peers that did not come in time
   */
  Map<Handshake.Caller, Transport> build(ServerSocketChannel listener) {
    long deadline = System.nanoTime() + config.options().timeout().toNanos();
    ExecutorService handshakes =
        new ThreadPoolExecutor(
            HANDSHAKE_THREADS,
            HANDSHAKE_THREADS,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(PENDING_HANDSHAKES),
            Mesh::daemon);
    daemon(() -> accept(listener, handshakes)).start();
    try {
      for (int peer = 0; peer < config.rank(); peer++) {
        for (int kind = 0; kind <= config.options().streams(); kind++) {
          connect(peer, kind, deadline);
        }
      }
      awaitAll(deadline);
      Map<Handshake.Caller, Transport> transports = new HashMap<>();
      connections.forEach(
          (caller, channel) -> transports.put(caller, new PlainTransport(channel)));
      return transports;
    } catch (RuntimeException e) {
      closeAll();
      throw e;
    } finally {
      end();
      handshakes.shutdownNow();
      closeQuietly(listener);
    }
  }

  /** Names the data connection to a peer. */
  static Handshake.Caller data(int peer, int stream) {
    return new Handshake.Caller(peer, stream == 0 ? Handshake.DATA : Handshake.CONTROL + stream);
  }

  private synchronized void end() {
    ended = true;
  }

  private void accept(ServerSocketChannel listener, ExecutorService handshakes) {
    while (true) {
      SocketChannel channel;
      try {
        channel = listener.accept();
      } catch (ClosedChannelException e) {
        return; // the mesh is built, or given up
      } catch (IOException e) {
        LOG.warn("event=accept_failed rank={} reason={}", config.rank(), e.toString());
        continue;
      }
      try {
        handshakes.execute(() -> welcome(channel));
      } catch (RejectedExecutionException e) {
        closeQuietly(channel); // too many strangers at once; a peer tries again
      }
    }
  }

  private void welcome(SocketChannel channel) {
    try {
      Handshake.Caller caller = Handshake.accept(channel.socket(), config);
      add(caller, channel);
    } catch (IOException e) {
      LOG.warn("event=connection_refused rank={} reason={}", config.rank(), e.getMessage());
      closeQuietly(channel);
    }
  }

  private synchronized void add(Handshake.Caller caller, SocketChannel channel) throws IOException {
    if (ended || connections.putIfAbsent(caller, channel) != null) {
      throw new IOException(config.name(caller.rank()) + " is connected already");
    }
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    notifyAll();
  }

  private void connect(int peer, int kind, long deadline) {
    IOException last = new IOException("no time to connect");
    while (System.nanoTime() < deadline) {
      try {
        SocketChannel channel = SocketChannel.open();
        try {
          channel.socket().connect(config.peers().get(peer), Handshake.TIMEOUT_MILLIS);
          Handshake.connect(channel.socket(), config, peer, kind);
          add(new Handshake.Caller(peer, kind), channel);
          return;
        } catch (IOException e) {
          closeQuietly(channel);
          throw e;
        }
      } catch (IOException e) {
        last = e;
        pause();
      }
    }
    throw new ClusterException(
        "rank %d cannot join %s within %d s: %s"
            .formatted(
                config.rank(),
                config.name(peer),
                config.options().timeout().toSeconds(),
                last.getMessage()),
        last);
  }

  private synchronized void pause() {
    try {
      wait(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("rank " + config.rank() + ": interrupted while joining", e);
    }
  }

  private synchronized void awaitAll(long deadline) {
    int expected = (1 + config.options().streams()) * (config.worldSize() - 1);
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
        Thread.currentThread().interrupt();
        throw new ClusterException("rank " + config.rank() + ": interrupted while joining", e);
      }
    }
  }

  private String missing() {
    StringBuilder names = new StringBuilder();
    for (int peer = config.rank() + 1; peer < config.worldSize(); peer++) {
      boolean whole =
          connections.containsKey(new Handshake.Caller(peer, Handshake.DATA))
              && connections.containsKey(new Handshake.Caller(peer, Handshake.CONTROL));
      if (!whole) {
        names.append(names.isEmpty() ? "" : ", ").append(config.name(peer));
      }
    }
    return names.toString();
  }

  private synchronized void closeAll() {
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
