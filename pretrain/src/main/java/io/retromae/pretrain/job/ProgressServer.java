package io.retromae.pretrain.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The driver's end: takes the workers' messages as they come and can ask them to stop. */
final class ProgressServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressServer.class);
  private static final int HANDSHAKE_MILLIS = 5_000;
  private static final long LOOK_MILLIS = 100;
  private static final int MAX_CONNECTIONS = 4_096;

  private final ServerSocket listener;
  private final byte[] secret;
  private final long attempt;
  private final Map<Integer, Socket> workers = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(ProgressServer::daemon);
  private volatile Listener hearer = (rank, message) -> {};
  private volatile boolean stopRequested;

  private ProgressServer(ServerSocket listener, byte[] secret, long attempt) {
    this.listener = listener;
    this.secret = secret;
    this.attempt = attempt;
  }

  /** Hears what workers say. */
  @FunctionalInterface
  interface Listener {
    /** Called by one thread per worker. */
    void said(int rank, ObjectNode message);
  }

  /** Starts to accept workers on one address and a free port. */
  static ProgressServer start(InetAddress address, byte[] secret, long attempt) {
    try {
      ServerSocket listener = new ServerSocket(0, 64, address);
      ProgressServer server = new ProgressServer(listener, secret, attempt);
      server.threads.execute(server::accept);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + address, e);
    }
  }

  /** Names who hears the workers; before any is told of the port. */
  void listen(Listener listener) {
    this.hearer = listener;
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        if (workers.size() >= MAX_CONNECTIONS) {
          socket.close();
        } else {
          threads.execute(() -> serve(socket));
        }
      } catch (SocketException | RejectedExecutionException e) {
        return; // closed
      } catch (IOException e) {
        LOG.warn("event=progress_accept_failed reason={}", e.toString());
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      socket.setSoTimeout(HANDSHAKE_MILLIS);
      byte[] nonce = new byte[Progress.NONCE_BYTES];
      new SecureRandom().nextBytes(nonce);
      socket.getOutputStream().write(nonce);
      int rank = in.readInt();
      byte[] proof = in.readNBytes(Progress.PROOF_BYTES);
      if (!MessageDigest.isEqual(proof, Progress.proof(secret, nonce, attempt, rank))) {
        LOG.warn("event=progress_refused peer={}", socket.getRemoteSocketAddress());
        return;
      }
      socket.setSoTimeout(0);
      join(rank, socket);
      try {
        while (true) {
          hearer.said(rank, Progress.read(in));
        }
      } finally {
        leave(rank);
      }
    } catch (EOFException | SocketException e) {
      LOG.debug("event=progress_closed reason={}", e.toString());
    } catch (IOException e) {
      LOG.warn("event=progress_failed reason={}", e.toString());
    }
  }

  private synchronized void join(int rank, Socket socket) {
    workers.put(rank, socket);
    if (stopRequested) {
      askToStop(socket);
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

  private void askToStop(Socket socket) {
    try {
      socket.getOutputStream().write(Progress.STOP);
    } catch (IOException e) {
      LOG.debug("event=progress_closed reason={}", e.toString()); // a dead worker has stopped
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : workers.values()) {
      socket.close();
    }
    threads.shutdownNow();
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "retromae-progress");
    thread.setDaemon(true);
    return thread;
  }
}
