package io.retromae.training.attempt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ClusterException;
import io.retromae.training.connect.Acceptor;
import io.retromae.training.connect.ConnectionId;
import io.retromae.training.connect.Membership;
import io.retromae.training.connect.Ports;
import io.retromae.training.connect.Transport;
import io.retromae.training.worker.ProgressWire;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The driver's end: takes the workers' messages as they come and can ask them to stop. */
final class ProgressServer implements Acceptor.Handler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressServer.class);
  private static final long LOOK_MILLIS = 100;

  private final Acceptor acceptor;
  private final int port;
  private final Membership self;
  private final Map<Integer, Transport> workers = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(ProgressServer::daemon);
  private volatile Listener hearer = (rank, message) -> {};
  private volatile boolean stopRequested;

  private ProgressServer(ServerSocketChannel listener, Membership self) throws IOException {
    this.self = self;
    this.port = listener.socket().getLocalPort();
    this.acceptor = Acceptor.open(listener, self, this);
  }

  /** Hears what workers say. */
  @FunctionalInterface
  interface Listener {
    /** Called by one thread per worker. */
    void said(int rank, ObjectNode message);
  }

  /**
   * Starts to accept workers on one address.
   *
   * @param ports of which it takes a free one
   * @param self the driver's membership of the attempt
   * @throws ClusterException if it cannot listen there
   */
  static ProgressServer start(InetAddress address, Ports ports, Membership self) {
    try {
      return new ProgressServer(ports.listen(address), self);
    } catch (IOException e) {
      throw new ClusterException(
          "the driver cannot listen for its workers (spark.driver.bindAddress, cluster.ports): "
              + e.getMessage(),
          e);
    }
  }

  /** Names who hears the workers; before any is told of the port. */
  void listen(Listener listener) {
    this.hearer = listener;
  }

  int port() {
    return port;
  }

  @Override
  public boolean expects(ConnectionId id) {
    return id.kind() == ConnectionId.Kind.PROGRESS
        && id.peer() >= 0
        && id.peer() < self.worldSize()
        && !workers.containsKey(id.peer());
  }

  @Override
  public void accepted(ConnectionId id, Transport transport) {
    join(id.peer(), transport);
    threads.execute(() -> serve(id.peer(), transport));
  }

  private void serve(int rank, Transport transport) {
    try (transport) {
      try {
        while (true) {
          hearer.said(rank, ProgressWire.read(transport));
        }
      } finally {
        leave(rank);
      }
    } catch (EOFException | ClosedChannelException e) {
      LOG.debug("event=progress_closed rank={} reason={}", rank, e.toString());
    } catch (IOException e) {
      LOG.warn("event=progress_failed rank={} reason={}", rank, e.toString());
    }
  }

  private synchronized void join(int rank, Transport transport) {
    workers.put(rank, transport);
    if (stopRequested) {
      askToStop(transport);
    }
  }

  private synchronized void leave(int rank) {
    workers.remove(rank);
    notifyAll();
  }

  /**
   * Waits until every worker has said its last word.
   *
   * @param limit for those that are lost or hang without anybody's knowing
   * @param hopeless ranks not waited for; asked again and again
   */
  synchronized void awaitAllGone(Duration limit, Supplier<Set<Integer>> hopeless)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!hopeless.get().containsAll(workers.keySet())) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        LOG.warn("event=workers_silent ranks={}", workers.keySet());
        return;
      }
      wait(Math.min(left, LOOK_MILLIS));
    }
  }

  /** Ranks that are connected. */
  Set<Integer> present() {
    return Set.copyOf(workers.keySet());
  }

  /** Asks all workers, present and to come, to save and end after the step they are in. */
  synchronized void requestStop() {
    stopRequested = true;
    workers.values().forEach(this::askToStop);
  }

  private void askToStop(Transport transport) {
    try {
      transport.write(ByteBuffer.wrap(new byte[] {ProgressWire.STOP}));
    } catch (IOException e) {
      LOG.debug("event=progress_closed reason={}", e.toString()); // a dead worker has stopped
    }
  }

  @Override
  public void close() throws IOException {
    acceptor.close();
    for (Transport transport : workers.values()) {
      transport.close();
    }
    threads.shutdownNow();
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "retromae-progress");
    thread.setDaemon(true);
    return thread;
  }
}
