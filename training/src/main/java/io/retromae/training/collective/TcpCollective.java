package io.retromae.training.collective;

import io.retromae.core.failure.ClusterException;
import io.retromae.training.connect.ConnectionId;
import io.retromae.training.connect.Mesh;
import io.retromae.training.connect.Ports;
import io.retromae.training.connect.Transport;
import io.retromae.training.memory.HostVector;
import io.retromae.training.memory.VectorMemory;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * Ranks connected by TCP: for each pair one connection or more for data and one for control. Data
 * goes through blocking channels, with threads that send beside the caller, who receives. See
 * {@link Exchange} for how bytes move, {@link Reduction} for the order of sums and {@link Peers}
 * for how a lost rank is noticed. Owns connections, threads and buffers.
 */
public final class TcpCollective implements Collective {
  private final CollectiveConfig config;
  private final Activity activity = new Activity();
  private final Exchange exchange;
  private final Reduction reduction;
  private final Broadcast broadcast;
  private final MessageGather messages;
  private final Peers peers;

  /** Over connections that are there, which this owns from here on. */
  TcpCollective(CollectiveConfig config, Map<ConnectionId, Transport> connections) {
    this.config = config;
    int rank = config.rank();
    int world = config.worldSize();
    int streams = config.options().streams();
    this.exchange =
        new Exchange(dataConnections(config, connections), streams, activity, this::broken);
    this.reduction = Reduction.of(exchange, rank, world);
    this.broadcast = new Broadcast(exchange, rank, world);
    this.messages = new MessageGather(exchange, rank, world);
    this.peers = new Peers(config, controls(connections), activity, exchange::close);
    peers.start();
  }

  private DataConnection[][] dataConnections(
      CollectiveConfig config, Map<ConnectionId, Transport> connections) {
    long job = config.membership().hash();
    DataConnection[][] data = new DataConnection[config.worldSize()][];
    for (int peer = 0; peer < data.length; peer++) {
      data[peer] = new DataConnection[peer == config.rank() ? 0 : config.options().streams()];
      String pair = "between rank %d and %s".formatted(config.rank(), config.name(peer));
      for (int stream = 0; stream < data[peer].length; stream++) {
        Transport transport =
            connections.get(new ConnectionId(peer, ConnectionId.Kind.DATA, stream));
        data[peer][stream] = new DataConnection(transport, pair, job, activity);
      }
    }
    return data;
  }

  private static List<ControlConnection> controls(Map<ConnectionId, Transport> connections) {
    return connections.entrySet().stream()
        .filter(connection -> connection.getKey().kind() == ConnectionId.Kind.CONTROL)
        .map(connection -> new ControlConnection(connection.getKey().peer(), connection.getValue()))
        .toList();
  }

  /** A rank's listening socket: opened before its address is published, and kept. */
  public static final class Listener implements AutoCloseable {
    private final ServerSocketChannel channel;

    private Listener(ServerSocketChannel channel) {
      this.channel = channel;
    }

    /** Listens on this address only, on a free port. */
    public static Listener open(InetAddress address) throws IOException {
      return open(address, Ports.ANY);
    }

    /** Listens on this address only, on one of these ports. */
    public static Listener open(InetAddress address, Ports ports) throws IOException {
      if (address.isAnyLocalAddress()) {
        throw new IllegalArgumentException(
            address + ": would listen on every network of this host; name one address");
      }
      return new Listener(ports.listen(address));
    }

    /** The port. */
    public int port() {
      return channel.socket().getLocalPort();
    }

    /**
     * Joins the collective through this socket, which is closed when all have come.
     *
     * @throws ClusterException naming the ranks that did not come in time
     */
    public TcpCollective connect(CollectiveConfig config) {
      CollectiveOptions options = config.options();
      Mesh mesh =
          new Mesh(config.membership(), config.peers(), options.streams(), options.timeout());
      return new TcpCollective(config, mesh.build(channel));
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  @Override
  public int rank() {
    return config.rank();
  }

  @Override
  public int worldSize() {
    return config.worldSize();
  }

  @Override
  public boolean onDevice() {
    return false;
  }

  @Override
  public void allReduceSum(VectorMemory vector) {
    HostVector values = floats(vector);
    run(
        OperationId.Kind.ALL_REDUCE,
        operation -> {
          sumOwnPart(operation, values);
          reduction.allGather(operation, values, config.options().wire());
        });
  }

  @Override
  public void reduceScatterSum(VectorMemory vector) {
    HostVector values = floats(vector);
    run(OperationId.Kind.REDUCE_SCATTER, operation -> sumOwnPart(operation, values));
  }

  /** The sum is rounded as others will see it, so that all ranks go on with the same bits. */
  private void sumOwnPart(OperationId operation, HostVector values) throws IOException {
    CollectiveOptions.WireType type = config.options().wire();
    reduction.reduceScatter(operation, values, type);
    if (type == CollectiveOptions.WireType.BFLOAT16) {
      BFloat16.round(Span.of(values, part(values.size(), rank())));
    }
  }

  @Override
  public void allGather(VectorMemory vector) {
    HostVector values = floats(vector);
    run(
        OperationId.Kind.ALL_GATHER,
        operation -> reduction.allGather(operation, values, CollectiveOptions.WireType.FLOAT32));
  }

  @Override
  public void broadcast(VectorMemory vector, int root) {
    HostVector values = floats(vector);
    java.util.Objects.checkIndex(root, worldSize());
    run(OperationId.Kind.BROADCAST, operation -> broadcast.run(operation, values, root));
  }

  private static HostVector floats(VectorMemory vector) {
    if (vector instanceof HostVector host && host.width() == Float.BYTES) {
      return host;
    }
    throw new IllegalArgumentException(
        "TCP sums float32 values in the host's memory only, not " + vector);
  }

  @Override
  public Parts.Part part(long size, int rank) {
    return reduction.part(size, rank);
  }

  @Override
  public byte[][] allGather(byte[] message) {
    if (message.length > MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "message of %d bytes (must be at most %d)".formatted(message.length, MAX_MESSAGE_BYTES));
    }
    List<byte[]> all = new ArrayList<>();
    run(
        OperationId.Kind.MESSAGES,
        operation -> all.addAll(List.of(messages.gather(operation, message))));
    return all.toArray(byte[][]::new);
  }

  @Override
  public void barrier() {
    allGather(new byte[0]);
  }

  @Override
  public Times times() {
    return activity.times();
  }

  private interface Work {
    void run(OperationId operation) throws IOException;
  }

  private void run(OperationId.Kind kind, Work work) {
    peers.check();
    OperationId operation = activity.begin(kind);
    try {
      work.run(operation);
      exchange.finish();
    } catch (IOException | RejectedExecutionException e) {
      peers.broken(activity.awaited(), e);
      throw peers.exception(e);
    } catch (RuntimeException | Error e) {
      peers.broken(rank(), e);
      throw e;
    } finally {
      exchange.settle();
      activity.end();
    }
  }

  private void broken(int peer, Throwable effect) {
    peers.broken(peer, effect);
  }

  @Override
  public void abort(String cause) {
    peers.fail(cause);
  }

  /** A thread that keeps no process alive. */
  static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "retromae-collective");
    thread.setDaemon(true);
    return thread;
  }

  /** Why the collective has ended; empty while it works. */
  public Optional<String> abortCause() {
    return peers.cause();
  }

  /** Ends all connections without a word, as the death of the process would. */
  void dropConnections() {
    peers.drop();
  }

  @Override
  public void close() {
    peers.leave();
  }
}
