package io.retromae.training.collective;

import io.retromae.training.collective.CollectiveOptions.WireType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sends to peers while receiving from others. A transfer is cut into one stripe for each stream;
 * every stream has a thread that sends. The caller receives the first stripe, threads the others.
 * Sends may still be under way when {@link #send} returns, until {@link #finish}.
 */
final class Exchange {
  /** Values of a transfer below which more streams than one cost more than they bring. */
  private static final long STRIPED_VALUES = 1 << 17;

  private final DataConnection[][] connections;
  private final Activity activity;
  private final OnFailure onFailure;
  private final StreamThreads[] threads;
  private final List<Future<?>> sending = new ArrayList<>();
  private final List<Future<?>> receiving = new ArrayList<>();

  /** The threads of one stream, with their buffers. */
  private record StreamThreads(
      ExecutorService sender, Outbound outbound, ExecutorService receiver, Inbound inbound) {
    static StreamThreads open() {
      return new StreamThreads(
          Executors.newSingleThreadExecutor(TcpCollective::daemon),
          new Outbound(),
          Executors.newSingleThreadExecutor(TcpCollective::daemon),
          new Inbound());
    }

    void close() {
      // Tasks that have not begun would leave whoever waits for them waiting for ever.
      sender.shutdownNow().forEach(task -> ((Future<?>) task).cancel(false));
      receiver.shutdownNow().forEach(task -> ((Future<?>) task).cancel(false));
    }
  }

  /** Hears of a transfer that broke. */
  interface OnFailure {
    /** Ends the waiting of all others; {@code peer} is the rank at the other end. */
    void broke(int peer, Throwable effect);
  }

  private interface Task {
    void run() throws IOException;
  }

  private interface Receiver {
    void receive(Inbound inbound, DataConnection connection, Span stripe) throws IOException;
  }

  /**
   * Over these connections.
   *
   * @param connections [rank][stream], none to this rank itself
   * @param onFailure told by the thread whose transfer broke
   */
  Exchange(DataConnection[][] connections, int streams, Activity activity, OnFailure onFailure) {
    this.connections = connections;
    this.activity = activity;
    this.onFailure = onFailure;
    this.threads = new StreamThreads[streams];
    java.util.Arrays.setAll(threads, i -> StreamThreads.open());
  }

  /** Begins to send values, which must not change before they have arrived. */
  void send(int to, OperationId operation, Span given, WireType type) throws IOException {
    int stripes = stripes(given.count());
    boolean small = Outbound.wireBytes(given.count(), type) <= DataConnection.SMALL_BYTES;
    for (int i = 0; i < stripes; i++) {
      DataConnection connection = connections[to][i];
      Outbound outbound = threads[i].outbound();
      Span stripe = given.stripe(i, stripes);
      submit(to, i, small, () -> outbound.send(connection, operation, stripe, type));
    }
  }

  /** Begins to send a message. */
  void send(int to, OperationId operation, byte[] message) throws IOException {
    DataConnection connection = connections[to][0];
    boolean small = message.length <= DataConnection.SMALL_BYTES;
    submit(to, 0, small, () -> connection.send(operation, message));
  }

  /**
   * What is small and nothing before it in this operation was large, fits into the socket's buffer,
   * for the peer has read all of earlier operations: the caller writes it himself and saves waking
   * a thread.
   */
  private void submit(int to, int stream, boolean small, Task task) throws IOException {
    if (small && sending.isEmpty()) {
      guarded(to, task);
      return;
    }
    sending.add(threads[stream].sender().submit(() -> guarded(to, task)));
  }

  private Void guarded(int peer, Task task) throws IOException {
    try {
      task.run();
      return null;
    } catch (IOException | RuntimeException | Error e) { // not enough memory is an Error
      onFailure.broke(peer, e);
      throw e;
    }
  }

  /** Overwrites values by those of a peer. */
  void take(int from, OperationId operation, Span target, WireType type) throws IOException {
    receive(
        from,
        target,
        (inbound, connection, stripe) -> inbound.take(connection, operation, stripe, type));
  }

  /** Adds a peer's values to those that are there. */
  void add(int from, OperationId operation, Span target, WireType type) throws IOException {
    receive(
        from,
        target,
        (inbound, connection, stripe) -> inbound.add(connection, operation, stripe, type));
  }

  private void receive(int from, Span target, Receiver receiver) throws IOException {
    int stripes = stripes(target.count());
    activity.await(from);
    for (int i = 1; i < stripes; i++) {
      DataConnection connection = connections[from][i];
      Inbound inbound = threads[i].inbound();
      Span stripe = target.stripe(i, stripes);
      Task task = () -> receiver.receive(inbound, connection, stripe);
      receiving.add(threads[i].receiver().submit(() -> guarded(from, task)));
    }
    receiver.receive(threads[0].inbound(), connections[from][0], target.stripe(0, stripes));
    join(receiving);
  }

  /** Receives a message of at most so many bytes. */
  byte[] message(int from, OperationId operation, long most) throws IOException {
    activity.await(from);
    return connections[from][0].message(operation, most);
  }

  private int stripes(long values) {
    return values < STRIPED_VALUES ? 1 : threads.length;
  }

  /** Waits until all that was to be sent has left. */
  void finish() throws IOException {
    join(sending);
  }

  private void join(List<Future<?>> tasks) throws IOException {
    for (Future<?> task : tasks) {
      try {
        task.get();
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      } catch (CancellationException e) {
        throw new IOException("ended in operation " + activity.begun(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted in operation " + activity.begun(), e);
      }
    }
    tasks.clear();
  }

  private static IOException failure(Throwable cause) {
    if (cause instanceof RuntimeException bug) {
      throw bug;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException failure ? failure : new IOException(cause);
  }

  /** Waits, after a failure, until no thread touches the caller's memory any more. */
  void settle() {
    boolean interrupted = Thread.interrupted();
    List<Future<?>> tasks = new ArrayList<>(sending);
    tasks.addAll(receiving);
    while (!tasks.isEmpty()) {
      try {
        tasks.get(0).get();
      } catch (ExecutionException | CancellationException e) {
        // what it ended with has been told already
      } catch (InterruptedException e) {
        interrupted = true;
        continue;
      }
      tasks.remove(0);
    }
    sending.clear();
    receiving.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends all connections and threads. */
  void close() {
    for (DataConnection[] streams : connections) {
      for (DataConnection connection : streams) {
        connection.close();
      }
    }
    for (StreamThreads stream : threads) {
      stream.close();
    }
  }
}
