package io.retromae.pretrain.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.config.Resolved;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The folder of a run. {@code run.json} says which settings and corpus it belongs to, so that a run
 * is resumed with its own configuration or not at all.
 */
final class RunFolder {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Settings that may change between two starts of a run: they do not change what is computed. */
  private static final List<String> FREE =
      List.of("output", "corpus", "cluster.", "checkpoint.", "logging.");

  private final Storage storage;
  private final String path;

  RunFolder(Storage storage, String path) {
    this.storage = storage;
    this.path = path;
  }

  /**
   * Makes the folder this run's.
   *
   * @param config the resolved configuration
   * @param corpusFingerprint identifies the shards
   * @throws ConfigException if it holds something else, or a run of another configuration
   */
  void claim(Resolved<PretrainConfig> config, String corpusFingerprint, RunMode mode) {
    Map<String, String> own = new TreeMap<>();
    config.settings().stream()
        .filter(s -> FREE.stream().noneMatch(s.path()::startsWith))
        .forEach(s -> own.put(s.path(), s.value()));
    own.put("corpus fingerprint", corpusFingerprint);
    if (storage.exists(runFile())) {
      if (mode != RunMode.OVERWRITE) {
        refuseDifference(own);
      }
      if (mode != RunMode.RESUME) {
        clear();
      }
    } else if (storage.exists(path) && !storage.list(path).isEmpty()) {
      throw new ConfigException(
          "output = %s: holds files that are not a run's; choose another folder".formatted(path));
    }
    publish(own, config.yaml());
  }

  private void refuseDifference(Map<String, String> own) {
    Map<String, String> there = readSettings();
    List<String> differences = new ArrayList<>();
    own.forEach(
        (key, value) -> {
          String before = there.getOrDefault(key, "(not set)");
          if (!before.equals(value)) {
            differences.add("%s %s there, %s here".formatted(key, before, value));
          }
        });
    if (!differences.isEmpty()) {
      throw new ConfigException(
          "%s was started with another configuration: %s; use another output, --overwrite, or --set to match"
              .formatted(path, String.join("; ", differences)));
    }
  }

  private Map<String, String> readSettings() {
    Map<String, String> settings = new TreeMap<>();
    try {
      JsonNode fixed = JSON.readTree(new String(storage.read(runFile()), UTF_8)).path("fixed");
      fixed.fieldNames().forEachRemaining(key -> settings.put(key, fixed.get(key).asText()));
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(runFile() + ": not a run's description", e);
    }
    return settings;
  }

  private void clear() {
    for (String name : List.of("checkpoints", "metrics.jsonl", "export", "config.yaml")) {
      storage.delete(path + "/" + name);
    }
  }

  private void publish(Map<String, String> fixed, String yaml) {
    ObjectNode json = JSON.createObjectNode();
    fixed.forEach(json.putObject("fixed")::put);
    try {
      storage.publish(runFile(), JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    storage.publish(path + "/config.yaml", yaml.getBytes(UTF_8));
  }

  private String runFile() {
    return path + "/run.json";
  }
}
