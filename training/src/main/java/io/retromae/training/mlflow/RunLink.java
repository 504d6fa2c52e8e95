package io.retromae.training.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code mlflow.json} in a run's folder: which run of MLflow a later start goes on with.
 *
 * @param uri of the server
 * @param token that the run is tagged with: written before the run is made, so that one whose
 *     making was not answered is found again
 * @param runId as MLflow has it; empty as long as it is not known
 */
record RunLink(String uri, String token, String runId) {
  /** Its name in the run's folder. */
  static final String NAME = "mlflow.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What an earlier start left. Under another address it is to be looked for: that may be another
   * name of the same server.
   */
  static Optional<RunLink> read(Storage storage, String folder, String uri) {
    String path = folder + "/" + NAME;
    return storage
        .readIfThere(path)
        .map(bytes -> parse(path, new String(bytes, UTF_8)))
        .map(link -> link.uri().equals(uri) ? link : new RunLink(uri, link.token(), ""));
  }

  private static RunLink parse(String path, String text) {
    try {
      JsonNode json = JSON.readTree(text);
      return new RunLink(
          json.path("uri").asText(), json.path("token").asText(), json.path("run_id").asText());
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(
          "%s: not JSON, but '%.60s'; move the file away".formatted(path, text), e);
    }
  }

  /** A run that is yet to be made; published. */
  static RunLink begin(Storage storage, String folder, String uri) {
    return new RunLink(uri, UUID.randomUUID().toString(), "").publish(storage, folder);
  }

  /** The same, made; published. */
  RunLink made(Storage storage, String folder, String id) {
    return new RunLink(uri, token, id).publish(storage, folder);
  }

  private RunLink publish(Storage storage, String folder) {
    String json =
        JSON.createObjectNode()
            .put("uri", uri)
            .put("token", token)
            .put("run_id", runId)
            .toPrettyString();
    storage.publish(folder + "/" + NAME, json.getBytes(UTF_8));
    return this;
  }
}
