package io.retromae.training.collective;

import io.retromae.core.failure.ClusterException;
import io.retromae.training.collective.ControlConnection.Signal;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other ranks as processes: who lives, who has left, and the first cause when the collective
 * ends, which is told to all before connections close.
 */
final class Peers {
  /** How long a broken data connection waits for its cause to be told. */
  private static final long CAUSE_MILLIS = 2_000;

  /** How long the end of a peer's control connection waits to be explained. */
  private static final long GONE_MILLIS = 300;

  /** How long a rank that leaves waits for its other threads to tell the cause. */
  private static final long TELL_MILLIS = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

  private final CollectiveConfig config;
  private final List<ControlConnection> controls;
  private final Activity activity;
  private final Runnable closeData;
  private final FirstCause cause = new FirstCause();
  private final CountDownLatch told = new CountDownLatch(1);
  private final LivenessMonitor monitor;
  private volatile boolean closed;

  /**
   * Over these connections.
   *
   * @param closeData ends the connections for data
   */
  Peers(
      CollectiveConfig config,
      List<ControlConnection> controls,
      Activity activity,
      Runnable closeData) {
    this.config = config;
    this.controls = List.copyOf(controls);
    this.activity = activity;
    this.closeData = closeData;
    this.monitor = new LivenessMonitor(config, this.controls, activity, this::fail);
  }

  /** Begins to listen, to give signs of life and to watch for those of the others. */
  void start() {
    controls.forEach(control -> TcpCollective.daemon(() -> listen(control)).start());
    monitor.start();
  }

  private void listen(ControlConnection control) {
    try {
      while (true) {
        if (control.receive() instanceof Signal.Abort abort) {
          fail(abort.cause());
          return;
        }
      }
    } catch (IOException e) {
      if (!control.left() && !closed) {
        // A peer that closes because of a third one may be seen before the cause that it passed on.
        cause.await(GONE_MILLIS);
        fail(
            "%s is gone: the connection to rank %d closed (%s)"
                .formatted(config.name(control.peer()), config.rank(), e.getMessage()));
      }
    }
  }

  /** Throws if the collective has ended. */
  void check() {
    if (cause.known()) {
      throw cause.exception(config.rank(), new IOException("ended before this operation"));
    }
  }

  /** The first cause; empty while the collective works. */
  Optional<String> cause() {
    return cause.get();
  }

  /** The first cause as an exception. */
  ClusterException exception(Throwable effect) {
    return cause.exception(config.rank(), effect);
  }

  /**
   * Ends the collective because bytes did not move or were wrong, or for want of memory.
   *
   * @param peer at the other end
   */
  void broken(int peer, Throwable effect) {
    String operation = "operation " + activity.begun();
    if (effect instanceof ProtocolException) {
      fail("rank %d, %s: %s".formatted(config.rank(), operation, effect.getMessage()));
    } else if (isOwn(effect)) {
      fail("rank %d, %s: %s".formatted(config.rank(), operation, effect));
    } else if (effect instanceof ClosedByInterruptException
        || Thread.currentThread().isInterrupted()) {
      fail("rank %d was interrupted in %s".formatted(config.rank(), operation));
    } else {
      // A broken connection is an effect; the control connections bring its cause.
      cause.await(CAUSE_MILLIS);
      fail(lost(config.name(peer), hasLeft(peer), operation, effect));
    }
  }

  private static boolean isOwn(Throwable effect) {
    return !(effect instanceof IOException || effect instanceof RejectedExecutionException);
  }

  private String lost(String peer, boolean left, String operation, Throwable effect) {
    return left
        ? "%s left while rank %d waited for it in %s".formatted(peer, config.rank(), operation)
        : "%s is gone: its connection to rank %d broke in %s (%s)"
            .formatted(peer, config.rank(), operation, effect.getMessage());
  }

  private boolean hasLeft(int peer) {
    return controls.stream().anyMatch(control -> control.peer() == peer && control.left());
  }

  /** Ends the collective; the first cause wins. */
  void fail(String reason) {
    if (closed || !cause.set(reason)) {
      return;
    }
    shielded(
        () -> {
          tellAll(new Signal.Abort(reason));
          told.countDown();
          close();
        });
  }

  /** Leaves in good order: from here on a peer that leaves first is no failure. */
  void leave() {
    closed = true;
    shielded(
        () -> {
          if (cause.known()) {
            awaitTold();
          } else {
            tellAll(new Signal.Leave());
          }
          close();
        });
  }

  /** An interrupt would close the channels before all are told; it is kept. */
  private static void shielded(Runnable body) {
    boolean interrupted = Thread.interrupted();
    try {
      body.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Another thread may still be telling the cause through connections that this one closes. */
  private void awaitTold() {
    try {
      if (!told.await(TELL_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.debug("event=not_all_told rank={}", config.rank());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // in haste: who was not told sees the connection end
    }
  }

  /** Ends all connections without a word, as the death of the process would. */
  void drop() {
    closed = true;
    close();
  }

  private void tellAll(Signal signal) {
    for (ControlConnection control : controls) {
      try {
        control.send(signal);
      } catch (IOException e) {
        control.close(); // that peer is gone and needs no telling
      }
    }
  }

  private void close() {
    monitor.close();
    closeData.run();
    controls.forEach(ControlConnection::close);
  }
}
