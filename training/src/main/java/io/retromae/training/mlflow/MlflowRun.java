package io.retromae.training.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.metrics.RowFigures;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A run on a server, as far as it is known there. Of each metric the server has all up to a step:
 * rows are sent in order, and what it has is left out, so that steps done again make no second
 * point.
 */
final class MlflowRun {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** MLflow's limits of one request and of one name or value. */
  private static final int METRICS_PER_REQUEST = 1000;

  private static final int PARAMETERS_PER_REQUEST = 100;

  /** Requests after which no entries of a refused batch are looked at one by one any more. */
  private static final int REQUESTS_PER_BATCH = 200;

  static final int KEY_LENGTH = 250;
  static final int VALUE_LENGTH = 6000;

  private static final Pattern NOT_IN_NAMES =
      Pattern.compile("[^\\w/.: -]", Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern PROXIED = Pattern.compile("mlflow-artifacts:(?://[^/]*)?/(.*)");

  private final MlflowServer server;
  private final String id;
  private final String experiment;
  private final String name;
  private final String artifacts;
  private final Map<String, String> parameters = new HashMap<>();
  private final Map<String, Long> lastSteps = new HashMap<>();
  private final LeftOut leftOut;
  private int requests; // for the batch that is being sent

  private MlflowRun(MlflowServer server, JsonNode run, LeftOut leftOut) {
    this.server = server;
    this.leftOut = leftOut;
    JsonNode info = run.path("info");
    this.id = info.path("run_id").asText();
    this.experiment = info.path("experiment_id").asText();
    this.name = info.path("run_name").asText();
    this.artifacts = info.path("artifact_uri").asText();
    JsonNode data = run.path("data");
    data.path("params").forEach(p -> parameters.put(text(p, "key"), text(p, "value")));
    data.path("metrics").forEach(m -> lastSteps.put(text(m, "key"), m.path("step").asLong()));
  }

  private static String text(JsonNode node, String key) {
    return node.path(key).asText();
  }

  /**
   * A run that is there; empty if it is gone or was deleted.
   *
   * @param leftOut keeps what is refused and left out
   */
  static Optional<MlflowRun> find(MlflowServer server, String id, LeftOut leftOut)
      throws IOException {
    try {
      JsonNode run = server.get("runs/get", "run_id", id).path("run");
      boolean active = text(run.path("info"), "lifecycle_stage").equals("active");
      return active ? Optional.of(new MlflowRun(server, run, leftOut)) : Optional.empty();
    } catch (MlflowRefusal e) {
      if (e.isMissing()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** For a person: its name, and where a browser shows it. */
  String words() {
    return "%s %s/#/experiments/%s/runs/%s".formatted(name, server.address(), experiment, id);
  }

  /** Says that work on it goes on, or how it ended. */
  void status(String status) throws IOException {
    ObjectNode body = body().put("status", status);
    if (!status.equals("RUNNING")) {
      body.put("end_time", System.currentTimeMillis());
    }
    server.post("runs/update", body);
  }

  /**
   * Sends settings that it does not have; MLflow refuses to change one, so that a tag says it.
   *
   * @param settings values by path
   * @return how many were longer than MLflow takes, and are cut
   */
  int parameters(Map<String, String> settings) throws IOException {
    ArrayNode added = JSON.createArrayNode();
    ArrayNode changed = JSON.createArrayNode();
    int cut = 0;
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      String key = key(setting.getKey());
      String value = cut(setting.getValue(), VALUE_LENGTH);
      cut += value.equals(setting.getValue()) ? 0 : 1;
      String before = parameters.get(key);
      if (before == null) {
        added.addObject().put("key", key).put("value", value);
      } else if (!before.equals(value)) {
        changed.addObject().put("key", cut("changed." + key, KEY_LENGTH)).put("value", value);
      }
    }
    batches("params", added, PARAMETERS_PER_REQUEST);
    batches("tags", changed, PARAMETERS_PER_REQUEST);
    added.forEach(p -> parameters.put(text(p, "key"), text(p, "value")));
    return cut;
  }

  /** Sends what it does not have of some rows, which follow those sent before. */
  void metrics(List<ObjectNode> rows) throws IOException {
    ArrayNode points = JSON.createArrayNode();
    Map<String, Long> reached = new HashMap<>();
    for (ObjectNode row : rows) {
      long step = RowFigures.step(row);
      long time = Instant.parse(text(row, "time")).toEpochMilli();
      RowFigures.of(row)
          .forEach(
              (figure, value) -> {
                String key = key(figure);
                if (isNew(key, step) && reached.getOrDefault(key, -1L) < step) {
                  ObjectNode point = points.addObject().put("key", key).put("value", value);
                  point.put("timestamp", time).put("step", step);
                  reached.put(key, step);
                }
              });
    }
    batches("metrics", points, METRICS_PER_REQUEST);
    lastSteps.putAll(reached);
  }

  private boolean isNew(String key, long step) {
    return lastSteps.getOrDefault(key, -1L) < step;
  }

  private void batches(String what, ArrayNode all, int atMost) throws IOException {
    List<JsonNode> entries = new ArrayList<>();
    all.forEach(entries::add);
    for (int from = 0; from < entries.size(); from += atMost) {
      requests = 0;
      send(what, entries.subList(from, Math.min(from + atMost, entries.size())));
    }
  }

  /**
   * An entry that is refused is found and left out, so that it keeps back none beside it. Where a
   * server refuses many the search ends, and what is not found yet is left out whole.
   */
  private void send(String what, List<JsonNode> all) throws IOException {
    List<JsonNode> hopeless = all.stream().filter(leftOut::isHopeless).toList();
    leftOut.unsent(hopeless);
    List<JsonNode> entries =
        new ArrayList<>(all.stream().filter(entry -> !leftOut.isHopeless(entry)).toList());
    if (entries.isEmpty()) {
      return;
    }
    ObjectNode body = body();
    body.putArray(what).addAll(entries);
    requests++;
    try {
      server.post("runs/log-batch", body);
    } catch (MlflowRefusal e) {
      int half = entries.size() / 2;
      if (half == 0) {
        refuseIfGone();
        leftOut.alone(e, entries.get(0));
      } else if (requests >= REQUESTS_PER_BATCH) {
        refuseIfGone();
        leftOut.unsearched(e, entries);
      } else {
        entries.sort(Comparator.comparing(LeftOut::name)); // those of a refused name together
        send(what, entries.subList(0, half));
        send(what, entries.subList(half, entries.size()));
      }
    }
  }

  private void refuseIfGone() throws IOException {
    if (find(server, id, leftOut).isEmpty()) {
      throw new IOException("MLflow's run %s was deleted".formatted(id));
    }
  }

  /** Whether the server takes files for its store; else a client would need the store's keys. */
  boolean takesArtifacts() {
    return PROXIED.matcher(artifacts).matches();
  }

  /** Where the server keeps files. */
  String store() {
    return artifacts;
  }

  /**
   * Stores a file.
   *
   * @param path within the run
   */
  void artifact(String path, byte[] content) throws IOException {
    String root = PROXIED.matcher(artifacts).replaceFirst("$1");
    try {
      server.putArtifact(root + "/" + path, content);
    } catch (MlflowRefusal e) {
      leftOut.file(e);
    }
  }

  private ObjectNode body() {
    return JSON.createObjectNode().put("run_id", id);
  }

  /** A name as MLflow takes it: letters, digits and some signs. */
  private static String key(String name) {
    return cut(NOT_IN_NAMES.matcher(name).replaceAll("_"), KEY_LENGTH);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length - 3) + "...";
  }
}
