package io.retromae.training.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ClusterException;
import io.retromae.training.connect.ConnectionId;
import io.retromae.training.connect.Connector;
import io.retromae.training.connect.Membership;
import io.retromae.training.connect.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A worker's end: sends messages, learns of a stop request and of the driver's death. */
public final class ProgressClient implements AutoCloseable {
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Transport transport;
  private final ExecutorService writer = Executors.newSingleThreadExecutor(ProgressClient::daemon);
  private volatile boolean stopRequested;
  private volatile boolean closed;
  private volatile boolean lost;

  private ProgressClient(Transport transport) {
    this.transport = transport;
  }

  /**
   * Connects; worker and driver have then proven themselves to each other.
   *
   * @param onDriverLost called once, by another thread, if the driver goes away
   */
  static ProgressClient connect(WorkerSpec spec, int rank, Runnable onDriverLost) {
    InetSocketAddress driver = new InetSocketAddress(spec.driverHost(), spec.driverPort());
    return connect(driver, spec.membership(rank), onDriverLost);
  }

  /** Connects a member to the driver's address. */
  public static ProgressClient connect(
      InetSocketAddress driver, Membership self, Runnable onDriverLost) {
    ProgressClient client = new ProgressClient(open(driver, self));
    daemon(() -> client.listen(onDriverLost)).start();
    return client;
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "retromae-driver-link");
    thread.setDaemon(true);
    return thread;
  }

  private static Transport open(InetSocketAddress driver, Membership self) {
    long deadline = System.nanoTime() + CONNECT_NANOS;
    while (true) {
      try {
        ConnectionId id = new ConnectionId(Membership.DRIVER, ConnectionId.Kind.PROGRESS, 0);
        return Connector.connect(driver, self, id);
      } catch (IOException e) {
        if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
          throw new ClusterException(
              "rank %d cannot reach the driver at %s: %s"
                  .formatted(self.rank(), driver, e.getMessage()),
              e);
        }
        LockSupport.parkNanos(RETRY_NANOS); // the driver may have had too many callers at once
      }
    }
  }

  private void listen(Runnable onDriverLost) {
    try {
      while (true) {
        stopRequested |= ProgressWire.readCommand(transport) == ProgressWire.STOP;
      }
    } catch (IOException e) {
      reportLost(onDriverLost);
    }
  }

  private void reportLost(Runnable onDriverLost) {
    if (!closed) {
      lost = true;
      onDriverLost.run();
    }
  }

  /** Sends a message, in an interrupted thread as well: a cancelled task has its last words. */
  public void send(ObjectNode message) throws IOException {
    Future<Void> sending = submit(message);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          sending.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true; // an interrupt in the middle of it would close the channel
        }
      }
    } catch (ExecutionException e) {
      throw new IOException(
          "the driver cannot be told of event %s: %s"
              .formatted(message.path("event").asText(), e.getCause().getMessage()),
          e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Future<Void> submit(ObjectNode message) throws IOException {
    try {
      return writer.submit(
          () -> {
            ProgressWire.write(transport, message);
            return null;
          });
    } catch (RejectedExecutionException e) {
      throw new IOException(
          "the driver cannot be told of event %s: the connection is closed"
              .formatted(message.path("event").asText()),
          e);
    }
  }

  /** Whether the connection ended from the driver's side. */
  boolean lost() {
    return lost;
  }

  /** Whether the driver asked for an end after the step that is under way. */
  public boolean stopRequested() {
    return stopRequested;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    transport.close();
    writer.shutdown();
  }
}
