package io.retromae.training.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What a server refused, or was not sent because of it, in one start of a run's driver. */
final class LeftOut {
  /** A name of which so many entries were refused one by one is sent no more. */
  private static final int TRIES = 3;

  /** Names that are told; a metric beyond has no place in a line. */
  private static final int NAMES_TOLD = 10;

  private final Consumer<MlflowRefusal> first;
  private final Map<String, Integer> refused = new TreeMap<>();
  private final Map<String, Long> entries = new TreeMap<>();
  private long files;
  private boolean told;

  /**
   * Nothing yet.
   *
   * @param first told of the first refusal
   */
  LeftOut(Consumer<MlflowRefusal> first) {
    this.first = first;
  }

  /** The name of an entry, which a file of the run's has not. */
  static String name(JsonNode entry) {
    return entry.path("key").asText();
  }

  private void tell(MlflowRefusal refusal) {
    if (!told) {
      told = true;
      first.accept(refusal);
    }
  }

  /** A file was refused. */
  void file(MlflowRefusal refusal) {
    tell(refusal);
    files++;
  }

  /** An entry was refused that was sent alone. */
  void alone(MlflowRefusal refusal, JsonNode entry) {
    refused.merge(name(entry), 1, Integer::sum);
    unsearched(refusal, List.of(entry));
  }

  /** Entries were refused together, and which of them are to blame is not looked for. */
  void unsearched(MlflowRefusal refusal, List<JsonNode> all) {
    tell(refusal);
    unsent(all);
  }

  /** Entries were not sent, as others of their names were refused. */
  void unsent(List<JsonNode> all) {
    all.forEach(entry -> entries.merge(name(entry), 1L, Long::sum));
  }

  /** Whether an entry of this name would be refused, as far as earlier ones tell. */
  boolean isHopeless(JsonNode entry) {
    return refused.getOrDefault(name(entry), 0) >= TRIES;
  }

  /** How many entries and files the server does not have. */
  long count() {
    return files + entries.values().stream().mapToLong(Long::longValue).sum();
  }

  /** {@code 12 odd, 3 strange}: how many of which name. */
  String words() {
    String names =
        entries.entrySet().stream()
            .limit(NAMES_TOLD)
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    String more =
        entries.size() > NAMES_TOLD
            ? " and %d more names".formatted(entries.size() - NAMES_TOLD)
            : "";
    return names + more + (files > 0 ? (names.isEmpty() ? "" : ", ") + files + " files" : "");
  }
}
