package io.retromae.cluster.s3;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands before an S3 server: hands requests on byte by byte, so that signatures stay good, counts
 * them, and lets go wrong what a test has planned.
 */
final class Front implements AutoCloseable {
  private static final int DROP_BYTES = 4096;
  private static final long BETWEEN_DROPS_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final int serverPort;
  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<Fault, Integer> planned = new EnumMap<>(Fault.class);
  private final Map<Fault, Integer> spared = new EnumMap<>(Fault.class);
  private final Map<Fault, Integer> met = new EnumMap<>(Fault.class);
  private final Map<Fault, Request> lastMet = new EnumMap<>(Fault.class);
  private final List<Request> requests = new ArrayList<>();

  Front(int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** The next requests that the fault can meet, meet it; in place of what was planned before. */
  synchronized void plan(Fault fault, int times) {
    plan(fault, 0, times);
  }

  /** The same behind so many requests that it could meet and does not. */
  synchronized void plan(Fault fault, int spared, int times) {
    this.spared.put(fault, spared);
    planned.put(fault, times);
  }

  /** Requests that met it since {@link #forget}. */
  synchronized int met(Fault fault) {
    return met.getOrDefault(fault, 0);
  }

  /** Waits until a request has met it; returns the last that has. */
  synchronized Request awaitMet(Fault fault) throws InterruptedException {
    while (met(fault) == 0) {
      wait();
    }
    return Objects.requireNonNull(lastMet.get(fault));
  }

  /** Nothing goes wrong any more; counts begin at zero. */
  synchronized void forget() {
    planned.clear();
    spared.clear();
    met.clear();
    requests.clear();
  }

  /** All requests since {@link #forget}, in the order they came. */
  synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /** How many of each kind. */
  Map<String, Integer> counts() {
    Map<String, Integer> counts = new TreeMap<>();
    requests().forEach(request -> counts.merge(request.kind(), 1, Integer::sum));
    return counts;
  }

  private synchronized Optional<Fault> take(Request request) {
    requests.add(request);
    for (Map.Entry<Fault, Integer> plan : planned.entrySet()) {
      if (plan.getValue() > 0 && plan.getKey().meets(request) && !isSpared(plan.getKey())) {
        plan.setValue(plan.getValue() - 1);
        met.merge(plan.getKey(), 1, Integer::sum);
        lastMet.put(plan.getKey(), request);
        notifyAll();
        return Optional.of(plan.getKey());
      }
    }
    return Optional.empty();
  }

  private boolean isSpared(Fault fault) {
    return spared.merge(fault, -1, Integer::sum) >= 0;
  }

  private void accept() {
    while (true) {
      try {
        Socket client = listener.accept();
        client.setTcpNoDelay(true);
        threads.execute(() -> converse(client));
      } catch (IOException e) { // closed
        return;
      }
    }
  }

  private void converse(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      boolean goOn = true;
      while (goOn) {
        Optional<String> head = Headers.readHead(in);
        goOn = head.isPresent() && answer(Request.of(head.get()), in, client);
      }
    } catch (SocketException e) { // the client has gone
      return;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Returns whether the connection can be used again. */
  private boolean answer(Request request, InputStream in, Socket client) throws IOException {
    OutputStream out = client.getOutputStream();
    if (Headers.value(request.head(), "Expect").isPresent()) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }
    Optional<Fault> fault = take(request);
    if (fault.equals(Optional.of(Fault.CUT_UPLOAD))) {
      in.readNBytes(Headers.length(request.head()) / 2);
      return reset(client);
    }
    byte[] body = Headers.readBody(request.head(), in);
    if (fault.isEmpty()) {
      return forward(request, body).send(out);
    }
    return switch (fault.get()) {
      case SLOW_DOWN -> Answer.error(request, "503 Slow Down", "SlowDown").send(out);
      case INTERNAL_ERROR, NOT_MOVED ->
          Answer.error(request, "500 Internal", "InternalError").send(out);
      case NO_SUCH_UPLOAD, NOT_COMPLETED ->
          Answer.error(request, "404 Not Found", "NoSuchUpload").send(out);
      case SILENCE -> in.read() >= 0; // until the client goes
      case DRIP_ANSWER -> drip(forward(request, body), out);
      case CUT_ANSWER -> {
        forward(request, body).half().send(out);
        yield reset(client);
      }
      case CUT_UPLOAD -> throw new IllegalStateException("done above");
    };
  }

  private static boolean reset(Socket client) throws IOException {
    client.setSoLinger(true, 0); // closing resets
    return false;
  }

  private static boolean drip(Answer answer, OutputStream out) throws IOException {
    out.write(answer.head());
    byte[] body = answer.body();
    for (int at = 0; at < body.length; at += DROP_BYTES) {
      LockSupport.parkNanos(BETWEEN_DROPS_NANOS); // a slow network, not a wait for something
      out.write(body, at, Math.min(DROP_BYTES, body.length - at));
    }
    return true;
  }

  /**
   * What a client gets.
   *
   * @param head with the blank line
   * @param body as it is on the wire
   */
  private record Answer(byte[] head, byte[] body) {
    static Answer error(Request request, String status, String code) {
      String body =
          "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>planned</Message></Error>"
              .formatted(code);
      String head =
          "HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n"
              .formatted(status, body.length());
      boolean bare = request.method().equals("HEAD");
      return new Answer(
          head.getBytes(StandardCharsets.ISO_8859_1),
          bare ? new byte[0] : body.getBytes(StandardCharsets.ISO_8859_1));
    }

    boolean send(OutputStream out) throws IOException {
      out.write(head);
      out.write(body);
      return true;
    }

    Answer half() {
      return new Answer(head, java.util.Arrays.copyOf(body, body.length / 2));
    }
  }

  private Answer forward(Request request, byte[] body) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
      server.setTcpNoDelay(true);
      OutputStream out = server.getOutputStream();
      String asked = Headers.without(request.head(), "Expect"); // it is here already
      out.write(asked.getBytes(StandardCharsets.ISO_8859_1));
      out.write(body);
      InputStream in = new BufferedInputStream(server.getInputStream());
      String head =
          Headers.readHead(in).orElseThrow(() -> new IOException("the server has closed"));
      boolean bare = request.method().equals("HEAD") || head.startsWith("HTTP/1.1 204");
      return new Answer(
          head.getBytes(StandardCharsets.ISO_8859_1),
          bare ? new byte[0] : Headers.readBody(head, in));
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
