package io.retromae.cluster.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;

/** An S3 server in this JVM, which keeps objects in memory, behind a front that can be busy. */
final class S3Server {
  /** Requests from now on that the front answers itself: 503 Slow Down. */
  final AtomicInteger busy = new AtomicInteger();

  /** Requests that were answered so. */
  final AtomicInteger refused = new AtomicInteger();

  private static final Set<String> OWN_HEADERS =
      Set.of("host", "connection", "content-length", "expect", "upgrade", "transfer-encoding");
  private static final String SLOW_DOWN =
      "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>";

  private final BlobStoreContext context;
  private final S3Proxy server;
  private final HttpServer front;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();

  S3Server() throws Exception {
    context = ContextBuilder.newBuilder("transient").build(BlobStoreContext.class);
    server =
        S3Proxy.builder()
            .blobStore(context.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .build();
    server.start();
    System.setProperty("sun.net.httpserver.nodelay", "true"); // or every answer waits for 40 ms
    front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    front.setExecutor(threads);
    front.createContext("/", this::answer);
    front.start();
  }

  void createBucket(String name) {
    context.getBlobStore().createContainerInLocation(null, name);
  }

  /** What reaches it as {@code s3a://}; few retries, without which they take minutes. */
  Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs.s3a.endpoint", "http://127.0.0.1:" + front.getAddress().getPort());
    configuration.set("fs.s3a.endpoint.region", "us-east-1");
    configuration.set("fs.s3a.path.style.access", "true");
    configuration.set("fs.s3a.connection.ssl.enabled", "false");
    configuration.set(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    configuration.set("fs.s3a.access.key", "key");
    configuration.set("fs.s3a.secret.key", "secret");
    configuration.set("fs.s3a.attempts.maximum", "2");
    configuration.set("fs.s3a.retry.limit", "1");
    configuration.set("fs.s3a.retry.interval", "50ms");
    configuration.set("fs.s3a.retry.throttle.limit", "1");
    configuration.set("fs.s3a.retry.throttle.interval", "50ms");
    configuration.set("fs.s3a.multiobjectdelete.enable", "false"); // this server has none
    return configuration;
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    try (exchange) {
      if (busy.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        refused.incrementAndGet();
        send(exchange, 503, SLOW_DOWN.getBytes());
      } else {
        forward(exchange, body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    URI uri = exchange.getRequestURI();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.getPort() + uri.getRawPath() + query));
    exchange.getRequestHeaders().entrySet().stream()
        .filter(header -> !OWN_HEADERS.contains(header.getKey().toLowerCase(Locale.ROOT)))
        .forEach(header -> header.getValue().forEach(v -> request.header(header.getKey(), v)));
    request.method(
        exchange.getRequestMethod(),
        body.length == 0
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(body));
    HttpResponse<byte[]> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    boolean head = exchange.getRequestMethod().equals("HEAD");
    response.headers().map().entrySet().stream()
        .filter(header -> head || !OWN_HEADERS.contains(header.getKey()))
        .forEach(
            header ->
                exchange.getResponseHeaders().put(header.getKey(), List.copyOf(header.getValue())));
    send(exchange, response.statusCode(), response.body());
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, empty ? -1 : body.length);
    if (!empty) {
      exchange.getResponseBody().write(body);
    }
  }

  void stop() throws Exception {
    front.stop(0);
    threads.shutdownNow();
    server.stop();
    context.close();
  }
}
