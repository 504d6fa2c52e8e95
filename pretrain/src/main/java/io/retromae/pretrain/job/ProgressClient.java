package io.retromae.pretrain.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ClusterException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A worker's end: sends messages, learns of a stop request and of the driver's death. */
final class ProgressClient implements AutoCloseable {
  private static final int CONNECT_MILLIS = 30_000;

  private final Socket socket;
  private final DataOutputStream out;
  private volatile boolean stopRequested;
  private volatile boolean closed;
  private volatile boolean lost;

  private ProgressClient(Socket socket, DataOutputStream out) {
    this.socket = socket;
    this.out = out;
  }

  /**
   * Connects and proves knowledge of the secret.
   *
   * @param onDriverLost called once, by another thread, if the driver goes away
   */
  static ProgressClient connect(WorkerSpec spec, int rank, Runnable onDriverLost) {
    InetSocketAddress driver = new InetSocketAddress(spec.driverHost(), spec.driverPort());
    try {
      Socket socket = new Socket();
      socket.connect(driver, CONNECT_MILLIS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      byte[] nonce = in.readNBytes(Progress.NONCE_BYTES);
      out.writeInt(rank);
      out.write(Progress.proof(spec.secret(), nonce, spec.attempt(), rank));
      out.flush();
      ProgressClient client = new ProgressClient(socket, out);
      Thread listener = new Thread(() -> client.listen(in, onDriverLost), "retromae-driver-link");
      listener.setDaemon(true);
      listener.start();
      return client;
    } catch (IOException e) {
      throw new ClusterException(
          "rank %d cannot reach the driver at %s: %s".formatted(rank, driver, e.getMessage()), e);
    }
  }

  private void listen(DataInputStream in, Runnable onDriverLost) {
    try {
      for (int command = in.read(); command >= 0; command = in.read()) {
        stopRequested |= command == Progress.STOP;
      }
      reportLost(onDriverLost);
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

  synchronized void send(ObjectNode message) throws IOException {
    Progress.write(out, message);
  }

  /** Whether the connection ended from the driver's side. */
  boolean lost() {
    return lost;
  }

  boolean stopRequested() {
    return stopRequested;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    socket.close();
  }
}
