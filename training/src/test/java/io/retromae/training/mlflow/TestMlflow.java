package io.retromae.training.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** The part of MLflow's REST API that a tracker uses, with its rules and, on request, faults. */
final class TestMlflow implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a server does instead of answering. */
  enum Fault {
    NONE,
    /** Fails before it does anything. */
    FAILS,
    /** Wants other credentials. */
    UNAUTHORIZED,
    /** Is a proxy whose server is gone. */
    HTML,
    /** Takes the request and never answers. */
    SILENT,
    /** Does what it was asked, and dies before it says so. */
    DIES_AFTER,
    /** Does what it was asked, and dies within the answer. */
    DIES_WITHIN
  }

  /** A run. */
  static final class Run {
    final Map<String, String> parameters = new TreeMap<>();
    final Map<String, String> tags = new TreeMap<>();
    final List<JsonNode> points = new ArrayList<>();
    final Map<String, String> artifacts = new TreeMap<>();
    String name = "";
    String status = "RUNNING";
    String stage = "active";

    /** Steps of a metric, as the server has them. */
    List<Long> steps(String key) {
      return points.stream()
          .filter(point -> point.get("key").asText().equals(key))
          .map(point -> point.path("step").asLong())
          .toList();
    }
  }

  final Map<String, Run> runs = new LinkedHashMap<>();
  final Map<String, String> experiments = new TreeMap<>();
  final TreeSet<String> authorizations = new TreeSet<>();
  final List<String> refusedKeys = new ArrayList<>();

  /** Names of metrics that begin so are refused, too. */
  volatile String refusedPrefix = "none";

  /** Requests with entries so far. */
  final AtomicInteger batches = new AtomicInteger();

  private final Semaphore faults = new Semaphore(0);
  private final Semaphore made = new Semaphore(0);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private int port;
  private volatile Fault fault = Fault.NONE;
  private volatile String faultyCall = "";
  private final Semaphore silence = new Semaphore(0);

  TestMlflow() throws IOException {
    start();
  }

  /** On the port that it had before, if any. */
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    port = server.getAddress().getPort();
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** Connections are refused from now on. */
  void stop() {
    server.stop(0);
  }

  int port() {
    return port;
  }

  String address() {
    return "http://127.0.0.1:" + port;
  }

  /** All calls fail so. */
  void failBy(Fault what) {
    failBy(what, "");
  }

  /** Calls whose path holds this fail so. */
  void failBy(Fault what, String call) {
    faultyCall = call;
    fault = what;
    silence.release(what == Fault.NONE ? 1000 : 0);
  }

  /** Until so many calls have failed. */
  void awaitFaults(int calls) throws InterruptedException {
    faults.acquire(calls);
  }

  /** Until so many runs were made. */
  void awaitRuns(int runs) throws InterruptedException {
    made.acquire(runs);
  }

  synchronized void delete(String id) {
    runs.get(id).stage = "deleted";
  }

  /** The only run. */
  Run run() {
    if (runs.size() != 1) {
      throw new AssertionError("runs: " + runs.keySet());
    }
    return runs.values().iterator().next();
  }

  @Override
  public void close() {
    silence.release(1000);
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      Fault now = path.contains(faultyCall) ? fault : Fault.NONE;
      if (now != Fault.NONE) {
        faults.release();
      }
      switch (now) {
        case FAILS -> send(exchange, 500, "{\"error_code\": \"INTERNAL_ERROR\"}");
        case UNAUTHORIZED ->
            send(exchange, 401, "no: " + exchange.getRequestHeaders().getFirst("Authorization"));
        case HTML -> send(exchange, 200, "<html>Bad Gateway</html>");
        case SILENT -> silence.acquireUninterruptibly();
        case DIES_AFTER -> reply(exchange, path, body);
        case DIES_WITHIN -> {
          reply(exchange, path, body);
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write('{');
        }
        case NONE -> {
          Reply reply = reply(exchange, path, body);
          send(exchange, reply.status(), reply.text());
        }
      }
    }
  }

  private record Reply(int status, String text) {
    static Reply of(JsonNode json) {
      return new Reply(200, json.toString());
    }

    static Reply refusal(int status, String code) {
      ObjectNode json =
          JSON.createObjectNode().put("error_code", code).put("message", "no: " + code);
      return new Reply(status, json.toString());
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private synchronized Reply reply(HttpExchange exchange, String path, byte[] body)
      throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (authorization != null) {
      authorizations.add(authorization);
    }
    String proxy = "/api/2.0/mlflow-artifacts/artifacts/store/";
    if (path.startsWith(proxy)) {
      String[] parts = path.substring(proxy.length()).split("/", 2);
      runs.get(parts[0]).artifacts.put(parts[1], new String(body, UTF_8));
      return Reply.of(JSON.createObjectNode());
    }
    JsonNode json = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
    String query = exchange.getRequestURI().getRawQuery();
    String asked = query == null ? "" : URLDecoder.decode(query.replaceFirst(".*=", ""), UTF_8);
    return switch (path.substring("/api/2.0/mlflow/".length())) {
      case "experiments/get-by-name" -> experiment(asked);
      case "experiments/create" -> createExperiment(json.get("name").asText());
      case "runs/create" -> create(json);
      case "runs/get" -> get(asked);
      case "runs/search" -> search(json.get("filter").asText());
      case "runs/update" -> update(json);
      case "runs/log-batch" -> log(json);
      default -> Reply.refusal(404, "ENDPOINT_NOT_FOUND");
    };
  }

  private Reply experiment(String name) {
    if (!experiments.containsKey(name)) {
      return Reply.refusal(404, "RESOURCE_DOES_NOT_EXIST");
    }
    ObjectNode json = JSON.createObjectNode();
    json.putObject("experiment").put("experiment_id", experiments.get(name));
    return Reply.of(json);
  }

  private Reply createExperiment(String name) {
    if (experiments.containsKey(name)) {
      return Reply.refusal(400, "RESOURCE_ALREADY_EXISTS");
    }
    experiments.put(name, Integer.toString(experiments.size() + 1));
    return Reply.of(JSON.createObjectNode().put("experiment_id", experiments.get(name)));
  }

  private Reply create(JsonNode json) {
    Run run = new Run();
    run.name = json.get("run_name").asText();
    json.get("tags")
        .forEach(tag -> run.tags.put(tag.get("key").asText(), tag.get("value").asText()));
    String id = "run" + runs.size();
    runs.put(id, run);
    made.release();
    return get(id);
  }

  private Reply get(String id) {
    Run run = runs.get(id);
    if (run == null) {
      return Reply.refusal(404, "RESOURCE_DOES_NOT_EXIST");
    }
    ObjectNode json = JSON.createObjectNode();
    ObjectNode info = info(json.putObject("run"), id);
    info.put("experiment_id", "1").put("artifact_uri", "mlflow-artifacts:/store/" + id);
    info.put("lifecycle_stage", run.stage).put("run_name", run.name);
    ObjectNode data = ((ObjectNode) json.get("run")).putObject("data");
    ArrayNode parameters = data.putArray("params");
    run.parameters.forEach((k, v) -> parameters.addObject().put("key", k).put("value", v));
    Map<String, JsonNode> latest = new TreeMap<>();
    run.points.forEach(
        point ->
            latest.merge(
                point.get("key").asText(),
                point,
                (a, b) -> a.get("step").asLong() > b.get("step").asLong() ? a : b));
    data.putArray("metrics").addAll(latest.values());
    return Reply.of(json);
  }

  private static ObjectNode info(ObjectNode run, String id) {
    return run.putObject("info").put("run_id", id);
  }

  private Reply search(String filter) {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode found = json.putArray("runs");
    runs.forEach(
        (id, run) -> {
          String mine = "tags.`retromae.token` = '%s'".formatted(run.tags.get("retromae.token"));
          if (mine.equals(filter) && run.stage.equals("active")) {
            info(found.addObject(), id);
          }
        });
    return Reply.of(json);
  }

  private Reply update(JsonNode json) {
    runs.get(json.get("run_id").asText()).status = json.get("status").asText();
    return Reply.of(JSON.createObjectNode());
  }

  private Reply log(JsonNode json) {
    batches.incrementAndGet();
    Run run = runs.get(json.get("run_id").asText());
    if (run.stage.equals("deleted")
        || json.path("metrics").size() > 1000
        || json.path("params").size() > 100) {
      return Reply.refusal(400, "INVALID_PARAMETER_VALUE");
    }
    for (JsonNode parameter : json.path("params")) {
      String key = parameter.get("key").asText();
      String value = parameter.get("value").asText();
      boolean changes = !run.parameters.getOrDefault(key, value).equals(value);
      if (changes || value.length() > 6000 || key.length() > 250) {
        return Reply.refusal(400, "INVALID_PARAMETER_VALUE");
      }
      run.parameters.put(key, value);
    }
    for (JsonNode point : json.path("metrics")) {
      String key = point.get("key").asText();
      if (refusedKeys.contains(key) || key.startsWith(refusedPrefix)) {
        return Reply.refusal(400, "INVALID_PARAMETER_VALUE");
      }
    }
    json.path("tags").forEach(t -> run.tags.put(t.get("key").asText(), t.get("value").asText()));
    json.path("metrics")
        .forEach(
            point -> {
              if (!run.points.contains(point)) { // as MLflow's tables do
                run.points.add(point);
              }
            });
    return Reply.of(JSON.createObjectNode());
  }
}
