package io.retromae.training.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.config.Secrets;
import io.retromae.core.display.Displayed;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * MLflow's REST API (version 2.0, of servers 2.8 and later). Every call ends within the time given,
 * whatever the server does.
 */
final class MlflowServer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PASSWORD = "MLFLOW_TRACKING_PASSWORD";
  private static final String TOKEN = "MLFLOW_TRACKING_TOKEN";
  private static final String API = "/api/2.0/mlflow/";

  /** Refusals that somebody may mend while the run goes on, beside the server's own failures. */
  private static final Set<Integer> MAY_PASS = Set.of(401, 403, 408, 429);

  private static final int REFUSED = 400;
  private static final int FAILED = 500;
  private static final int SHOWN = 200;

  private final String address;
  private final Optional<String> authorization;
  private final List<String> secrets;
  private final Duration patience;
  private final HttpClient client;

  /**
   * A server; nothing is sent yet.
   *
   * @param environment the process's: MLflow's variables in it tell who writes
   * @param patience for one answer
   */
  MlflowServer(String uri, Map<String, String> environment, Duration patience) {
    this.address = uri.replaceAll("/+$", "");
    this.authorization = authorization(environment);
    this.secrets =
        Stream.of(PASSWORD, TOKEN)
            .map(name -> environment.getOrDefault(name, ""))
            .filter(secret -> !secret.isEmpty())
            .toList();
    this.patience = patience;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(patience)
            .build();
  }

  private static Optional<String> authorization(Map<String, String> environment) {
    String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "").strip();
    String password = environment.getOrDefault(PASSWORD, "").strip();
    String token = environment.getOrDefault(TOKEN, "").strip(); // a file's last line end with it
    if (!user.isEmpty() && !password.isEmpty()) {
      byte[] pair = (user + ":" + password).getBytes(UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
    }
    return token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token);
  }

  String address() {
    return address;
  }

  /**
   * Asks.
   *
   * @param path behind the API's
   */
  JsonNode get(String path, String parameter, String value) throws IOException {
    String query = "?" + parameter + "=" + URLEncoder.encode(value, UTF_8);
    return json(path, request(API + path + query).GET());
  }

  /** Tells. */
  JsonNode post(String path, ObjectNode body) throws IOException {
    HttpRequest.Builder request = request(API + path).header("Content-Type", "application/json");
    return json(path, request.POST(BodyPublishers.ofString(body.toString())));
  }

  /**
   * Stores a file behind the server's proxy.
   *
   * @param path of the artifact, from the root of the proxy on
   */
  void putArtifact(String path, byte[] content) throws IOException {
    HttpRequest.Builder request = request(encoded("/api/2.0/mlflow-artifacts/artifacts/" + path));
    send(path, request.PUT(BodyPublishers.ofByteArray(content)));
  }

  private static String encoded(String path) throws IOException {
    try {
      return new URI(null, null, path, null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IOException("no address can be made of the artifact '%s'".formatted(path), e);
    }
  }

  private HttpRequest.Builder request(String path) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path));
    if (authorization.isPresent()) {
      try {
        request.header("Authorization", authorization.get());
      } catch (IllegalArgumentException e) { // its message has the token, so it goes no further
        throw new IOException(TOKEN + ": has characters that no HTTP header can have");
      }
    }
    return request.timeout(patience);
  }

  private JsonNode json(String what, HttpRequest.Builder request) throws IOException {
    String answer = send(what, request);
    try {
      return JSON.readTree(answer);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s %s: answered no JSON but '%s'".formatted(address, what, shown(answer)), e);
    }
  }

  private String send(String what, HttpRequest.Builder request) throws IOException {
    HttpResponse<String> response = response(what, request.build());
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return response.body();
    }
    String code = "";
    String message = response.body();
    try {
      JsonNode error = JSON.readTree(response.body());
      code = error.path("error_code").asText();
      message = error.path("message").asText();
    } catch (JsonProcessingException e) {
      message = response.body(); // of a proxy before it
    }
    String text = "%s %s: %d %s".formatted(address, what, status, shown(code + " " + message));
    boolean refused = status >= REFUSED && status < FAILED && !MAY_PASS.contains(status);
    throw refused && !code.isEmpty() ? new MlflowRefusal(code, text) : new IOException(text);
  }

  /** The client's own limit ends with the first byte of an answer; this one with the last. */
  private HttpResponse<String> response(String what, HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request, BodyHandlers.ofString());
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "%s %s: no answer within %,d ms".formatted(address, what, patience.toMillis()), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String reason =
          cause instanceof ConnectException
              ? "no connection"
              : cause.getMessage() == null ? cause.toString() : cause.getMessage();
      throw new IOException("%s %s: %s".formatted(address, what, reason), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      answer.cancel(true);
    }
  }

  /** A server may repeat what it was sent. */
  private String shown(String text) {
    String own = text.strip();
    for (String secret : secrets) {
      own = own.replace(secret, Secrets.REDACTED);
    }
    String line = Displayed.line(Secrets.shown(own));
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }
}
