package io.retromae.pretrain.collective;

import io.retromae.pretrain.connect.KeyDerivation;
import io.retromae.pretrain.connect.Mesh;
import io.retromae.pretrain.memory.HostVector;
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

/** Ranks as threads of the test, connected over the loopback address. */
final class RankThreads implements AutoCloseable {
  static final byte[] KEY = KeyDerivation.derive("test secret".getBytes(), "job");

  final List<TcpCollective.Listener> listeners = new ArrayList<>();
  final List<InetSocketAddress> addresses = new ArrayList<>();
  private final Duration timeout;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  RankThreads(int world, Duration timeout) throws Exception {
    this.timeout = timeout;
    for (int rank = 0; rank < world; rank++) {
      TcpCollective.Listener listener =
          TcpCollective.Listener.open(InetAddress.getLoopbackAddress());
      listeners.add(listener);
      addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()));
    }
  }

  interface Body<T> {
    T run(Collective collective) throws Exception;
  }

  CollectiveConfig config(int rank) {
    return new CollectiveConfig("job", 1, rank, addresses, KEY, CollectiveOptions.plain(timeout));
  }

  /** Changes how a rank talks. */
  static UnaryOperator<CollectiveConfig> talking(CollectiveOptions options) {
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
  <T> List<Future<T>> start(Body<T> body) {
    return start(config -> config, body);
  }

  <T> List<Future<T>> start(UnaryOperator<CollectiveConfig> change, Body<T> body) {
    List<Future<T>> results = new ArrayList<>();
    for (int rank = 0; rank < listeners.size(); rank++) {
      results.add(startRank(rank, change.apply(config(rank)), body));
    }
    return results;
  }

  <T> Future<T> startRank(int rank, CollectiveConfig config, Body<T> body) {
    return threads.submit(
        () -> {
          try (Collective collective = listeners.get(rank).connect(config)) {
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
  static String failure(Future<?> future) throws InterruptedException {
    try {
      return "no failure: " + future.get();
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause().getMessage());
    }
  }

  static HostVector direct(float[] values) {
    return HostVector.copyOf(values);
  }

  static float[] floats(HostVector vector) {
    float[] values = new float[(int) vector.size()];
    vector.whole().asFloatBuffer().get(values);
    return values;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    listeners.forEach(listener -> Mesh.closeQuietly(listener::close));
  }
}
