package io.retromae.training.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.storage.Storage;
import io.retromae.training.metrics.RunDescription;
import io.retromae.training.settings.MlflowSettings;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds the run of MLflow that a folder's earlier start was tracked by, or makes one.
 *
 * @param settings of which the address is given
 */
record RunOpening(
    Storage storage, MlflowSettings settings, RunDescription description, MlflowServer server) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "retromae.token";

  /**
   * The run, which is running from now on.
   *
   * @param leftOut keeps what is refused and left out
   */
  MlflowRun open(LeftOut leftOut) throws IOException {
    String folder = description.folder();
    Optional<RunLink> earlier = RunLink.read(storage, folder, server.address());
    if (earlier.isPresent() && !earlier.get().runId().isEmpty()) {
      Optional<MlflowRun> run = MlflowRun.find(server, earlier.get().runId(), leftOut);
      if (run.isPresent()) {
        run.get().status("RUNNING");
        return run.get();
      }
    }
    RunLink link =
        earlier
            .filter(begun -> begun.runId().isEmpty())
            .orElseGet(() -> RunLink.begin(storage, folder, server.address()));
    String experiment = experiment();
    Optional<String> made = search(experiment, link.token());
    String id = made.isPresent() ? made.get() : create(experiment, link.token());
    link.made(storage, folder, id);
    return MlflowRun.find(server, id, leftOut)
        .orElseThrow(() -> new IOException("MLflow's run %s is gone at once".formatted(id)));
  }

  private String experiment() throws IOException {
    try {
      return experimentByName();
    } catch (MlflowRefusal e) {
      if (!e.isMissing()) {
        throw e;
      }
    }
    ObjectNode body = JSON.createObjectNode().put("name", settings.experiment());
    try {
      return server.post("experiments/create", body).path("experiment_id").asText();
    } catch (MlflowRefusal e) {
      if (e.isThere()) { // another run has just made it
        return experimentByName();
      }
      throw e;
    }
  }

  private String experimentByName() throws IOException {
    JsonNode answer =
        server.get("experiments/get-by-name", "experiment_name", settings.experiment());
    return answer.path("experiment").path("experiment_id").asText();
  }

  private Optional<String> search(String experiment, String token) throws IOException {
    ObjectNode body = JSON.createObjectNode().put("max_results", 1);
    body.putArray("experiment_ids").add(experiment);
    body.put("filter", "tags.`%s` = '%s'".formatted(TOKEN, token));
    JsonNode run = server.post("runs/search", body).path("runs").path(0);
    return run.isMissingNode()
        ? Optional.empty()
        : Optional.of(run.path("info").path("run_id").asText());
  }

  private String create(String experiment, String token) throws IOException {
    Map<String, String> tags = new TreeMap<>(settings.tags());
    tags.put(TOKEN, token);
    tags.put("retromae.folder", description.folder());
    tags.put("mlflow.user", System.getProperty("user.name", ""));
    tags.put("mlflow.source.name", "retromae " + description.job());
    tags.put("mlflow.source.type", "JOB");
    ObjectNode body = JSON.createObjectNode().put("experiment_id", experiment);
    body.put("run_name", settings.runName().orElse(description.name()));
    body.put("start_time", System.currentTimeMillis());
    ArrayNode list = body.putArray("tags");
    tags.forEach((key, value) -> list.addObject().put("key", key).put("value", value));
    return server.post("runs/create", body).path("run").path("info").path("run_id").asText();
  }
}
