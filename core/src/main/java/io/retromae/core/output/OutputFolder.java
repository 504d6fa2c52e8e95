package io.retromae.core.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The output folder of a job. {@code run.json} says what its content was computed from; {@code
 * config.yaml} repeats the settings for people.
 */
public final class OutputFolder {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Names that begin so belong to content whose place may be gone when work is resumed: they are
   * compared only where both sides know them, and kept where only the earlier start did.
   */
  public static final String FINGERPRINT_OF = "fingerprint of ";

  /** What such a name has where the setting behind it is {@code null}. */
  public static final String NOTHING = "nothing";

  private static final String IDENTITY = "identity";
  private static final String CAME_TO_NOTHING = "came_to_nothing";

  private final Storage storage;
  private final String path;
  private final OwnedFolder folder;
  private final List<String> entries;
  private final Work work;

  /** What earlier starts have reached in a folder, as far as its job can tell. */
  public interface Work {
    /** Whether nothing would be lost if the folder were claimed for another configuration. */
    boolean isNone();

    /**
     * What to do with the work under another configuration, without dropping it: a phrase that says
     * how; empty if there is nothing better than another folder.
     *
     * @param changed names of what differs
     */
    String howToGoOn(Set<String> changed);

    /** Work that is never nothing and cannot be gone on with otherwise. */
    Work UNKNOWN =
        new Work() {
          @Override
          public boolean isNone() {
            return false;
          }

          @Override
          public String howToGoOn(Set<String> changed) {
            return "";
          }
        };
  }

  /**
   * A folder whose earlier work is only ever dropped on request.
   *
   * @param entries names within it that the job writes, beside the two files above
   */
  public OutputFolder(Storage storage, String path, List<String> entries) {
    this(storage, path, entries, Work.UNKNOWN);
  }

  /**
   * A folder.
   *
   * @param entries names within it that the job writes, beside the two files above
   * @param work asked only if the folder belongs to another configuration
   */
  public OutputFolder(Storage storage, String path, List<String> entries, Work work) {
    this.storage = storage;
    this.path = path;
    this.folder = new OwnedFolder(storage, path);
    this.entries = List.copyOf(entries);
    this.work = work;
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
    return check(identity, mode, Set.of());
  }

  /**
   * The same where some of the identity may be other than before.
   *
   * @param agreed names of it whose change the caller has thought of
   */
  public Found check(Map<String, String> identity, OutputMode mode, Set<String> agreed) {
    if (storage.exists(runFile())) {
      JsonNode there = readRun();
      if (mode == OutputMode.OVERWRITE || isOthersWithoutWork(identity, there, agreed)) {
        return Found.REPLACED;
      }
      folder.refuseLinks(entries); // overwriting takes them away
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
   * @throws ConfigException if it holds something else, or work of another configuration, or
   *     symbolic links where the job would write
   */
  public void claim(Map<String, String> identity, String yaml, OutputMode mode) {
    claim(identity, yaml, mode, Set.of(), Map.of());
  }

  /**
   * The same where some of the identity may be other than before, and with more to note of the
   * work. What was noted stays until it is noted anew or the work is dropped.
   *
   * @param agreed names of the identity whose change the caller has thought of
   * @param notes beside the identity, by name; see {@link #note}
   */
  public void claim(
      Map<String, String> identity,
      String yaml,
      OutputMode mode,
      Set<String> agreed,
      Map<String, ?> notes) {
    Found found = check(identity, mode, agreed);
    Map<String, String> claimed = new TreeMap<>(identity);
    if (found == Found.REPLACED) {
      entries.forEach(folder::delete);
    } else if (found == Found.RESUMED) {
      JsonNode before = readRun().path(IDENTITY);
      before
          .fieldNames()
          .forEachRemaining(
              key -> {
                if (key.startsWith(FINGERPRINT_OF)) {
                  claimed.putIfAbsent(key, before.get(key).asText());
                }
              });
    }
    folder.deleteStaged(""); // of a start that was killed
    ObjectNode json =
        found == Found.RESUMED
            ? ((ObjectNode) readRun()).without(List.of(IDENTITY, CAME_TO_NOTHING))
            : JSON.createObjectNode();
    claimed.forEach(json.putObject(IDENTITY)::put);
    notes.forEach((name, value) -> json.set(name, JSON.valueToTree(value)));
    publishRun(json);
    storage.publish(path + "/config.yaml", yaml.getBytes(UTF_8));
  }

  /** The identity that the folder was claimed with; empty if it has not been. */
  public Optional<Map<String, String>> identity() {
    if (!storage.exists(runFile())) {
      return Optional.empty();
    }
    Map<String, String> identity = new TreeMap<>();
    readRun()
        .path(IDENTITY)
        .properties()
        .forEach(entry -> identity.put(entry.getKey(), entry.getValue().asText()));
    return Optional.of(identity);
  }

  /**
   * What was noted of the work when the folder was claimed.
   *
   * @return a missing node if nothing was
   */
  public JsonNode note(String name) {
    return storage.exists(runFile()) ? readRun().path(name) : JSON.missingNode();
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

  /**
   * Checks that a result that is finished already was made from these inputs.
   *
   * @param before what the result's own record says of them; anything but a list says nothing
   * @param now the inputs' identities, in order
   * @throws ConfigException naming one that is new or has changed, or is gone
   */
  public void refuseOtherInputs(Object before, List<String> now) {
    if (before instanceof List<?> then && !then.equals(now)) {
      List<Object> differences = new ArrayList<>(now);
      differences.removeAll(then);
      if (differences.isEmpty()) {
        differences.addAll(then);
        differences.removeAll(now);
      }
      throw new ConfigException(
          "output = %s: finished already, but from other inputs (%s); use another output or --overwrite"
              .formatted(path, differences.isEmpty() ? "their order" : differences.get(0)));
    }
  }

  /**
   * The report of a result that is finished already.
   *
   * @param name path within the folder
   * @throws io.retromae.core.failure.CorruptDataException if it is none
   */
  public <T> T readReport(String name, Class<T> type) {
    String report = path + "/" + name;
    try {
      return new ObjectMapper().readValue(new String(storage.read(report), UTF_8), type);
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(report + ": not a report: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Whether the folder belongs to another configuration, which has reached nothing.
   *
   * @throws ConfigException if it has reached something
   */
  private boolean isOthersWithoutWork(
      Map<String, String> identity, JsonNode there, Set<String> agreed) {
    Map<String, String> differences = differences(identity, there);
    differences.keySet().removeAll(agreed);
    if (differences.isEmpty()) {
      return false;
    }
    if (there.path(CAME_TO_NOTHING).isMissingNode() && !work.isNone()) {
      String howToGoOn = work.howToGoOn(differences.keySet());
      throw new ConfigException(
          ("%s was started with another configuration: %s; %s--set to match, use another output, or"
                  + " drop what is there by --overwrite")
              .formatted(
                  path,
                  String.join("; ", differences.values()),
                  howToGoOn.isEmpty() ? "" : howToGoOn + "; else "));
    }
    return true;
  }

  /** What differs, in words, by its name. */
  private static Map<String, String> differences(Map<String, String> identity, JsonNode run) {
    JsonNode there = run.path(IDENTITY);
    Map<String, String> differences = new TreeMap<>();
    new TreeMap<>(identity)
        .forEach(
            (key, value) -> {
              boolean unknown = key.startsWith(FINGERPRINT_OF) && !there.has(key);
              String before = there.path(key).asText("(not set)");
              if (unknown) { // earlier builds kept the setting itself
                JsonNode setting = there.path(key.substring(FINGERPRINT_OF.length()));
                boolean was = !setting.isMissingNode() && !setting.asText().equals("null");
                unknown = setting.isMissingNode() || was != value.equals(NOTHING);
                before = was ? "of " + setting.asText() : NOTHING;
              }
              if (!unknown && !before.equals(value)) {
                differences.put(key, "%s %s there, %s here".formatted(key, before, value));
              }
            });
    return differences;
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
