package io.retromae.pretrain.train;

import io.retromae.pretrain.collective.Collective;
import io.retromae.pretrain.collective.CollectiveConfig;
import io.retromae.pretrain.collective.CollectiveOptions;
import io.retromae.pretrain.collective.LocalCollective;
import io.retromae.pretrain.collective.TcpCollective;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Ranks as threads of the test, connected over the loopback address. */
public final class Ranks {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private Ranks() {}

  /** What a rank does. */
  public interface Body<T> {
    /** Runs to the end; an exception ends the ring for all. */
    T run(Collective collective) throws Exception;
  }

  /** How a rank ended: what it returned, or why it failed. */
  public record Outcome<T>(List<T> result, String failure) {
    /** The result of a rank that did not fail. */
    public T value() {
      if (result.isEmpty()) {
        throw new AssertionError(failure);
      }
      return result.get(0);
    }
  }

  /** Runs all ranks to their ends; outcomes by rank. */
  public static <T> List<Outcome<T>> run(int world, Body<T> body) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<TcpCollective.Listener> listeners = new ArrayList<>();
      List<InetSocketAddress> addresses = new ArrayList<>();
      for (int rank = 0; rank < world; rank++) {
        listeners.add(TcpCollective.Listener.open(InetAddress.getLoopbackAddress()));
        int port = listeners.get(rank).port();
        addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      }
      List<Future<T>> futures = new ArrayList<>();
      for (int rank = 0; rank < world; rank++) {
        CollectiveConfig config =
            new CollectiveConfig(
                "job", 1, rank, addresses, new byte[32], CollectiveOptions.plain(TIMEOUT));
        TcpCollective.Listener listener = listeners.get(rank);
        futures.add(threads.submit(() -> rank(world, listener, config, body)));
      }
      List<Outcome<T>> outcomes = new ArrayList<>();
      for (Future<T> future : futures) {
        outcomes.add(outcome(future));
      }
      return outcomes;
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> T rank(
      int world, TcpCollective.Listener listener, CollectiveConfig config, Body<T> body)
      throws Exception {
    try (listener;
        Collective collective = world == 1 ? new LocalCollective() : listener.connect(config)) {
      try {
        T result = body.run(collective);
        collective.barrier();
        return result;
      } catch (Exception | Error e) {
        collective.abort("rank " + config.rank() + ": " + e.getMessage());
        throw e;
      }
    }
  }

  private static <T> Outcome<T> outcome(Future<T> future) throws InterruptedException {
    try {
      return new Outcome<>(List.of(future.get()), "");
    } catch (ExecutionException e) {
      return new Outcome<>(List.of(), String.valueOf(e.getCause().getMessage()));
    }
  }
}
