package io.retromae.training.collective;

import io.retromae.training.connect.KeyDerivation;
import io.retromae.training.memory.HostVector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

/**
 * Ranks as threads of the test, connected over the loopback address: {@link #run} for tests that
 * want results, {@link #start} for those that look at ranks one by one.
 */
public final class RankThreads implements AutoCloseable {
  static final byte[] KEY =
      KeyDerivation.derive("test secret".getBytes(), "salt".getBytes(), "job", 1);

  final List<TcpCollective.Listener> listeners = new ArrayList<>();
  final List<InetSocketAddress> addresses = new ArrayList<>();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Duration timeout;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /**
   * Ranks that have a port each and have not begun.
   *
   * @param timeout for joining, and for silence
   */
  public RankThreads(int world, Duration timeout) throws IOException {
    this.timeout = timeout;
    for (int rank = 0; rank < world; rank++) {
      TcpCollective.Listener listener =
          TcpCollective.Listener.open(InetAddress.getLoopbackAddress());
      listeners.add(listener);
      addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()));
    }
  }

  /** What a rank does with its collective, which is closed behind it. */
  public interface Body<C, T> {
    /** Runs to the end. */
    T run(C collective) throws Exception;
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

  /** Runs all ranks to their ends; one that fails ends the others. Outcomes by rank. */
  public static <T> List<Outcome<T>> run(int world, Body<Collective, T> body) throws Exception {
    try (RankThreads threads = new RankThreads(world, TIMEOUT)) {
      List<Outcome<T>> outcomes = new ArrayList<>();
      for (Future<T> rank : world == 1 ? threads.startAlone(body) : threads.startAll(body)) {
        outcomes.add(outcome(rank));
      }
      return outcomes;
    }
  }

  private <T> List<Future<T>> startAlone(Body<Collective, T> body) {
    return List.of(
        threads.submit(
            () -> {
              try (Collective collective = new LocalCollective()) {
                return toTheEnd(collective, body);
              }
            }));
  }

  private <T> List<Future<T>> startAll(Body<Collective, T> body) {
    return start(collective -> toTheEnd(collective, body));
  }

  private static <T> T toTheEnd(Collective collective, Body<Collective, T> body) throws Exception {
    try {
      T result = body.run(collective);
      collective.barrier();
      return result;
    } catch (Exception | Error e) {
      collective.abort("rank " + collective.rank() + ": " + e.getMessage());
      throw e;
    }
  }

  private static <T> Outcome<T> outcome(Future<T> rank) throws InterruptedException {
    try {
      return new Outcome<>(List.of(rank.get()), "");
    } catch (ExecutionException e) {
      return new Outcome<>(List.of(), String.valueOf(e.getCause().getMessage()));
    }
  }

  CollectiveConfig config(int rank) {
    return new CollectiveConfig("job", 1, rank, addresses, KEY, CollectiveOptions.plain(timeout));
  }

  /** Changes how a rank talks. */
  public static UnaryOperator<CollectiveConfig> talking(CollectiveOptions options) {
    return config ->
        new CollectiveConfig(
            config.jobId(), config.attempt(), config.rank(), config.peers(), config.key(), options);
  }

  /** Changes where a rank looks for others. */
  static UnaryOperator<CollectiveConfig> at(List<InetSocketAddress> addresses) {
    return config ->
        new CollectiveConfig(
            config.jobId(),
            config.attempt(),
            config.rank(),
            addresses,
            config.key(),
            config.options());
  }

  /** Addresses of ranks that listen on these ports. */
  static List<InetSocketAddress> loopback(int... ports) {
    return java.util.Arrays.stream(ports)
        .mapToObj(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .toList();
  }

  /** Starts every rank. */
  public <T> List<Future<T>> start(Body<? super TcpCollective, T> body) {
    return start(config -> config, body);
  }

  /** Starts every rank, with other settings. */
  public <T> List<Future<T>> start(
      UnaryOperator<CollectiveConfig> change, Body<? super TcpCollective, T> body) {
    List<Future<T>> results = new ArrayList<>();
    for (int rank = 0; rank < listeners.size(); rank++) {
      results.add(startRank(rank, change.apply(config(rank)), body));
    }
    return results;
  }

  /** Starts one rank. */
  <T> Future<T> startRank(int rank, CollectiveConfig config, Body<? super TcpCollective, T> body) {
    return threads.submit(
        () -> {
          try (TcpCollective collective = listeners.get(rank).connect(config)) {
            return body.run(collective);
          }
        });
  }

  static <T> List<T> all(List<Future<T>> futures) throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }

  /** The message of the exception a rank ended with. */
  public static String failure(Future<?> future) throws InterruptedException {
    try {
      return "no failure: " + future.get();
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause().getMessage());
    }
  }

  static float[] floats(HostVector vector) {
    float[] values = new float[(int) vector.size()];
    vector.whole().asFloatBuffer().get(values);
    return values;
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    for (TcpCollective.Listener listener : listeners) {
      listener.close();
    }
  }
}
