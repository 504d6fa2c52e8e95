package io.retromae.core.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The output folder of a job. {@code run.json} says what its content was computed from; {@code
 * config.yaml} repeats the settings for people.
 */
public final class OutputFolder {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final String IDENTITY = "identity";
  private static final String CAME_TO_NOTHING = "came_to_nothing";

  private final Storage storage;
  private final String path;
  private final List<String> entries;

  /**
   * A folder.
   *
   * @param entries names within it that the job writes, beside the two files above
   */
  public OutputFolder(Storage storage, String path, List<String> entries) {
    this.storage = storage;
    this.path = path;
    this.entries = List.copyOf(entries);
  }

  /** What a job finds in its folder. */
  public enum Found {
    /** Nothing. */
    NEW,
    /** Work of the same configuration, which is gone on with. */
    RESUMED,
    /** Earlier work, which is dropped. */
    REPLACED
  }

  /**
   * What {@link #claim} would do; changes nothing.
   *
   * @throws ConfigException as {@link #claim}
   */
  public Found check(Map<String, String> identity, OutputMode mode) {
    if (storage.exists(runFile())) {
      JsonNode there = readRun();
      if (mode != OutputMode.OVERWRITE && !differences(identity, there).isEmpty()) {
        if (there.path(CAME_TO_NOTHING).isMissingNode()) {
          refuse(differences(identity, there));
        }
        return Found.REPLACED;
      }
      return mode == OutputMode.RESUME ? Found.RESUMED : Found.REPLACED;
    }
    if (storage.exists(path) && !storage.isEmptyFolder(path)) {
      throw new ConfigException(
          "output = %s: holds files that are not this job's; choose another folder"
              .formatted(path));
    }
    return Found.NEW;
  }

  /**
   * Makes the folder this job's.
   *
   * @param identity all that the result depends on, by name
   * @param yaml the resolved configuration, for people
   * @throws ConfigException if it holds something else, or work of another configuration
   */
  public void claim(Map<String, String> identity, String yaml, OutputMode mode) {
    if (check(identity, mode) == Found.REPLACED) {
      entries.forEach(name -> storage.delete(path + "/" + name));
    }
    storage.deleteStaged(path); // of a start that was killed
    ObjectNode json = JSON.createObjectNode();
    new TreeMap<>(identity).forEach(json.putObject(IDENTITY)::put);
    publishRun(json);
    storage.publish(path + "/config.yaml", yaml.getBytes(UTF_8));
  }

  /**
   * Notes that the work in the folder came to nothing, so that other settings may replace it; the
   * same settings go on with it.
   *
   * @param why for people
   */
  public void giveUp(String why) {
    publishRun(((ObjectNode) readRun()).put(CAME_TO_NOTHING, why));
  }

  private static List<String> differences(Map<String, String> identity, JsonNode run) {
    JsonNode there = run.path(IDENTITY);
    List<String> differences = new ArrayList<>();
    new TreeMap<>(identity)
        .forEach(
            (key, value) -> {
              String before = there.path(key).asText("(not set)");
              if (!before.equals(value)) {
                differences.add("%s %s there, %s here".formatted(key, before, value));
              }
            });
    return differences;
  }

  private void refuse(List<String> differences) {
    throw new ConfigException(
        ("%s was started with another configuration: %s; use another output, --overwrite, or"
                + " --set to match")
            .formatted(path, String.join("; ", differences)));
  }

  private JsonNode readRun() {
    try {
      JsonNode run = JSON.readTree(new String(storage.read(runFile()), UTF_8));
      if (run.isObject()) {
        return run;
      }
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(runFile() + ": not a run's description", e);
    }
    throw new CorruptDataException(runFile() + ": not a run's description");
  }

  private void publishRun(ObjectNode run) {
    try {
      storage.publish(runFile(), JSON.writeValueAsBytes(run));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private String runFile() {
    return path + "/run.json";
  }
}
