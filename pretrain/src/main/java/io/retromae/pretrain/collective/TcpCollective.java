package io.retromae.pretrain.collective;

import io.retromae.core.failure.ClusterException;
import io.retromae.pretrain.memory.HostVector;
import io.retromae.pretrain.memory.VectorMemory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ranks connected by TCP, two connections for each pair. Data goes through blocking channels with
 * one sending thread beside the caller, who receives. The control connections carry abort causes
 * and tell at once when a peer dies; a watchdog ends operations in which no byte has moved for too
 * long.
 */
public final class TcpCollective implements Collective {
  private static final int ABORT = 1;
  private static final int BYE = 2;
  private static final int MAX_CAUSE_BYTES = 1 << 14;
  private static final long WATCH_MILLIS = 100;

  /** How long a broken data connection waits for its cause to be told. */
  private static final long CAUSE_MILLIS = 2_000;

  /** How long the end of a peer's control connection waits to be explained. */
  private static final long GONE_MILLIS = 300;

  private static final Logger LOG = LoggerFactory.getLogger(TcpCollective.class);

  private final RingConfig config;
  private final Link[] links;
  private final Map<Lane, Transport> connections;
  private final ExecutorService sender = Executors.newSingleThreadExecutor(Mesh::daemon);
  private final ScheduledExecutorService watchdog =
      Executors.newSingleThreadScheduledExecutor(Mesh::daemon);
  private final CompletableFuture<String> cause = new CompletableFuture<>();
  private final Set<Integer> departed = new HashSet<>();
  private final FloatSum sums = new FloatSum();
  private volatile long lastProgress = System.nanoTime();
  private volatile boolean busy;
  private volatile int waitingFor;
  private volatile boolean closed;
  private long sequence;

  private TcpCollective(RingConfig config, Map<Lane, Transport> connections) {
    this.config = config;
    this.connections = connections;
    this.links = new Link[config.worldSize()];
    long jobHash = config.membership().hash();
    connections.forEach(
        (lane, transport) -> {
          if (lane.kind() == Lane.Kind.CONTROL) {
            Mesh.daemon(() -> listen(lane.peer(), transport)).start();
          } else if (lane.stream() == 0) {
            String pair =
                "between rank %d and %s".formatted(config.rank(), config.name(lane.peer()));
            links[lane.peer()] =
                new Link(transport, pair, jobHash, () -> lastProgress = System.nanoTime());
          }
        });
    watchdog.scheduleWithFixedDelay(this::watch, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A rank's listening socket: opened before its address is published, and kept. */
  public static final class Listener implements AutoCloseable {
    /** Connections that the kernel holds while the gate is at its limit. */
    private static final int BACKLOG = 1_024;

    private final ServerSocketChannel channel;

    private Listener(ServerSocketChannel channel) {
      this.channel = channel;
    }

    /** Listens on this address only, on a free port. */
    public static Listener open(InetAddress address) throws IOException {
      if (address.isAnyLocalAddress()) {
        throw new IllegalArgumentException(
            address + ": would listen on every network of this host; name one address");
      }
      ServerSocketChannel channel = ServerSocketChannel.open();
      channel.bind(new InetSocketAddress(address, 0), BACKLOG);
      return new Listener(channel);
    }

    /** The port. */
    public int port() {
      return channel.socket().getLocalPort();
    }

    /**
     * Joins the ring through this socket, which is closed when all have come.
     *
     * @throws ClusterException naming the ranks that did not come in time
     */
    public TcpCollective connect(RingConfig config) {
      return new TcpCollective(config, new Mesh(config).build(channel));
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
    ByteBuffer values = ((HostVector) vector).whole();
    run(
        () -> {
          if (Integer.bitCount(worldSize()) == 1) {
            halveAndDouble(values);
          } else {
            reduceByOwner(values);
          }
        });
  }

  /**
   * Recursive halving, then doubling. Partners at distance 1, 2, 4, ... hold sums of neighbouring
   * ranks, so the parts are added in the tree's order; addition of two numbers commutes.
   */
  private void halveAndDouble(ByteBuffer values) throws IOException {
    int low = 0;
    int high = values.remaining() / Float.BYTES;
    List<int[]> ranges = new ArrayList<>();
    for (int distance = 1; distance < worldSize(); distance *= 2) {
      int partner = rank() ^ distance;
      int middle = low + (high - low) / 2;
      ranges.add(new int[] {low, middle, high});
      boolean keepsLow = rank() < partner;
      ByteBuffer given = keepsLow ? part(values, middle, high) : part(values, low, middle);
      low = keepsLow ? low : middle;
      high = keepsLow ? middle : high;
      addReceived(partner, given, values, low, high);
    }
    for (int distance = worldSize() / 2; distance >= 1; distance /= 2) {
      int partner = rank() ^ distance;
      int[] range = ranges.remove(ranges.size() - 1);
      ByteBuffer own = part(values, low, high);
      boolean ownIsLow = rank() < partner;
      int otherLow = ownIsLow ? range[1] : range[0];
      int otherHigh = ownIsLow ? range[2] : range[1];
      exchange(partner, own, partner, part(values, otherLow, otherHigh));
      low = range[0];
      high = range[2];
    }
  }

  private void addReceived(int partner, ByteBuffer given, ByteBuffer values, int low, int high)
      throws IOException {
    long number = sequence++;
    Future<?> sending = send(partner, number, given);
    int[] offset = {low * Float.BYTES};
    waitingFor = partner;
    links[partner].receive(
        number,
        (long) (high - low) * Float.BYTES,
        piece -> {
          sums.addInto(values, offset[0], piece);
          offset[0] += piece.remaining();
        });
    await(sending);
  }

  /**
   * For a world that is no power of two: the owner of each part collects it from all ranks, adds in
   * the tree's order and gives the sum to all.
   */
  private void reduceByOwner(ByteBuffer values) throws IOException {
    int world = worldSize();
    int count = values.remaining() / Float.BYTES;
    int ownLow = bound(count, rank());
    int ownHigh = bound(count, rank() + 1);
    ByteBuffer[] parts = new ByteBuffer[world];
    parts[rank()] = copy(part(values, ownLow, ownHigh));
    for (int shift = 1; shift < world; shift++) {
      int to = (rank() + shift) % world;
      int from = (rank() - shift + world) % world;
      parts[from] = allocate((ownHigh - ownLow) * Float.BYTES);
      exchange(to, part(values, bound(count, to), bound(count, to + 1)), from, parts[from]);
    }
    part(values, ownLow, ownHigh).put(treeSum(parts).duplicate());
    for (int shift = 1; shift < world; shift++) {
      int to = (rank() + shift) % world;
      int from = (rank() - shift + world) % world;
      ByteBuffer theirs = part(values, bound(count, from), bound(count, from + 1));
      exchange(to, part(values, ownLow, ownHigh), from, theirs);
    }
  }

  /** Adds in the order in which a binary counter carries. */
  private ByteBuffer treeSum(ByteBuffer[] parts) {
    List<ByteBuffer> pending = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      ByteBuffer node = parts[i];
      for (int carry = i; (carry & 1) == 1; carry >>= 1) {
        ByteBuffer left = pending.remove(pending.size() - 1);
        sums.addInto(left, 0, node.duplicate().order(node.order()));
        node = left;
      }
      pending.add(node);
    }
    ByteBuffer sum = pending.remove(pending.size() - 1);
    while (!pending.isEmpty()) {
      ByteBuffer left = pending.remove(pending.size() - 1);
      sums.addInto(left, 0, sum.duplicate().order(sum.order()));
      sum = left;
    }
    return sum;
  }

  @Override
  public void reduceScatterSum(VectorMemory values) {
    allReduceSum(values);
  }

  @Override
  public void allGather(VectorMemory vector) {
    HostVector values = (HostVector) vector;
    int world = worldSize();
    run(
        () -> {
          for (int shift = 1; shift < world; shift++) {
            int to = (rank() + shift) % world;
            int from = (rank() - shift + world) % world;
            exchange(to, part(values, rank()), from, part(values, from));
          }
        });
  }

  private ByteBuffer part(HostVector values, int rank) {
    Parts.Part part = part(values.size(), rank);
    return values.slice(part.from(), part.size());
  }

  @Override
  public void broadcast(VectorMemory vector, int root) {
    ByteBuffer values = ((HostVector) vector).whole();
    run(
        () -> {
          long number = sequence++;
          if (rank() != root) {
            waitingFor = root;
            ByteBuffer target = values.duplicate();
            links[root].receive(number, values.remaining(), target::put);
            return;
          }
          for (int peer = 0; peer < worldSize(); peer++) {
            if (peer != root) {
              await(send(peer, number, values));
            }
          }
        });
  }

  @Override
  public Parts.Part part(long size, int rank) {
    return Parts.of(size, rank, worldSize());
  }

  @Override
  public Times times() {
    return new Times(0, 0);
  }

  private int bound(int count, int rank) {
    return (int) ((long) count * rank / worldSize());
  }

  private static ByteBuffer part(ByteBuffer values, int low, int high) {
    return values.slice(low * Float.BYTES, (high - low) * Float.BYTES).order(values.order());
  }

  private static ByteBuffer copy(ByteBuffer part) {
    return allocate(part.remaining()).put(part.duplicate()).flip();
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /** Sends to one peer while receiving from another, or the same. */
  private void exchange(int to, ByteBuffer given, int from, ByteBuffer received)
      throws IOException {
    long number = sequence++;
    Future<?> sending = send(to, number, given);
    ByteBuffer target = received.duplicate();
    waitingFor = from;
    links[from].receive(number, received.remaining(), target::put);
    await(sending);
  }

  private Future<?> send(int to, long number, ByteBuffer given) {
    return sender.submit(
        () -> {
          links[to].send(number, given);
          return null;
        });
  }

  private void await(Future<?> sending) throws IOException {
    try {
      sending.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } catch (CancellationException e) {
      throw new IOException("the ring has ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("rank " + rank() + " was interrupted", e);
    }
  }

  @Override
  public byte[][] allGather(byte[] message) {
    byte[][] messages = new byte[worldSize()][];
    messages[rank()] = message.clone();
    run(
        () -> {
          for (int shift = 1; shift < worldSize(); shift++) {
            int to = (rank() + shift) % worldSize();
            int from = (rank() - shift + worldSize()) % worldSize();
            long number = sequence++;
            Future<?> sending = send(to, number, ByteBuffer.wrap(message));
            waitingFor = from;
            messages[from] = links[from].receiveMessage(number);
            await(sending);
          }
        });
    return messages;
  }

  @Override
  public void barrier() {
    allGather(new byte[0]);
  }

  private interface Operation {
    void run() throws IOException;
  }

  private void run(Operation operation) {
    throwIfAborted();
    lastProgress = System.nanoTime();
    busy = true;
    try {
      operation.run();
    } catch (ProtocolException e) {
      fail("rank %d: %s".formatted(rank(), e.getMessage()));
      throw aborted(e);
    } catch (IOException | RejectedExecutionException e) {
      // A broken connection is an effect; the control connections bring its cause.
      awaitCause(CAUSE_MILLIS);
      fail("rank %d lost %s: %s".formatted(rank(), config.name(waitingFor), e));
      throw aborted(e);
    } finally {
      busy = false;
    }
  }

  /** Also when interrupted: a cancelled task should still say why. */
  private void awaitCause(long millis) {
    boolean interrupted = Thread.interrupted();
    try {
      cause.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.debug("event=no_cause rank={}", rank());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void throwIfAborted() {
    if (cause.isDone()) {
      throw aborted(new IOException("aborted before this operation"));
    }
  }

  private ClusterException aborted(Exception e) {
    return new ClusterException(cause.getNow("rank " + rank() + " has left the ring"), e);
  }

  /** Ends an operation in which no byte has moved for too long. */
  private void watch() {
    long silent = System.nanoTime() - lastProgress;
    if (busy && silent > config.options().timeout().toNanos()) {
      fail(
          "%s stopped answering for %d s in transfer %d"
              .formatted(
                  config.name(waitingFor), TimeUnit.NANOSECONDS.toSeconds(silent), sequence));
    }
  }

  /** Reads a peer's control connection until it ends. */
  private void listen(int peer, Transport transport) {
    try {
      while (true) {
        int command = read(transport, 1).get();
        if (command == BYE) {
          synchronized (departed) {
            departed.add(peer);
          }
          continue;
        }
        int length = Short.toUnsignedInt(read(transport, Short.BYTES).getShort());
        ByteBuffer text = read(transport, Math.min(MAX_CAUSE_BYTES, length));
        fail(StandardCharsets.UTF_8.decode(text).toString());
        return;
      }
    } catch (IOException e) {
      synchronized (departed) {
        if (departed.contains(peer)) {
          return;
        }
      }
      // A peer that closes because of a third one may be seen before the cause that it passed on.
      awaitCause(GONE_MILLIS);
      fail(config.name(peer) + " is gone (connection closed)");
    }
  }

  private static ByteBuffer read(Transport transport, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    transport.read(bytes);
    return bytes.flip();
  }

  @Override
  public void abort(String reason) {
    fail(reason);
  }

  /** Why the ring has ended; empty while it works. */
  public Optional<String> abortCause() {
    return Optional.ofNullable(cause.getNow(null));
  }

  /** The first cause wins; it is told to all peers before the connections close. */
  private void fail(String reason) {
    if (closed || !cause.complete(reason)) {
      return;
    }
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, MAX_CAUSE_BYTES);
    tellAll(
        ByteBuffer.allocate(1 + Short.BYTES + length)
            .put((byte) ABORT)
            .putShort((short) length)
            .put(text, 0, length)
            .flip());
    closeConnections();
  }

  private void tellAll(ByteBuffer message) {
    connections.forEach(
        (lane, transport) -> {
          if (lane.kind() == Lane.Kind.CONTROL) {
            try {
              transport.write(message.duplicate());
            } catch (IOException e) {
              Mesh.closeQuietly(transport); // that peer is gone and needs no telling
            }
          }
        });
  }

  /** Ends all connections without a word, as the death of the process would. */
  void dropConnections() {
    closed = true;
    closeConnections();
  }

  private void closeConnections() {
    connections.values().forEach(Mesh::closeQuietly);
    // Tasks that have not begun would leave whoever waits for them waiting for ever.
    sender.shutdownNow().forEach(task -> ((Future<?>) task).cancel(true));
    watchdog.shutdownNow();
  }

  @Override
  public void close() {
    closed = true; // from here on a peer that leaves first is no failure
    if (!cause.isDone()) {
      tellAll(ByteBuffer.wrap(new byte[] {BYE}));
    }
    closeConnections();
  }
}
