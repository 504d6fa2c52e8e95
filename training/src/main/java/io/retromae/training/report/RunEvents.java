package io.retromae.training.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.retromae.core.page.Mark;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What happened in a run beside its steps: all is counted, of each kind some are kept. */
final class RunEvents {
  /** Of each kind the first ones are kept, and as many of the last ones. */
  private static final int KEPT = 60;

  private static final int MOST_WORKERS = 4_096;

  /** Where events say why; which of them depends on who tells. */
  private static final List<String> REASONS = List.of("reason", "detail", "why");

  private final Map<String, Kept> kinds = new TreeMap<>();
  private final Map<Integer, JsonNode> workers = new TreeMap<>();
  private final Map<Place, JsonNode> gone = new LinkedHashMap<>();
  private boolean attempted; // the next worker to come is of a new attempt
  private Optional<JsonNode> start = Optional.empty();
  private Optional<JsonNode> peak = Optional.empty();
  private Optional<JsonNode> end = Optional.empty();
  private boolean explained; // why workers came again

  /** What makes a worker the same one in another attempt. */
  private record Place(int rank, String host, String executor, String device) {
    static Place of(JsonNode worker) {
      return new Place(
          worker.path("rank").asInt(),
          worker.path("host").asText(),
          worker.path("executor").asText(),
          worker.path("device").asText());
    }
  }

  /** Events of a kind. */
  private static final class Kept {
    private final List<RunEvent> first = new ArrayList<>();
    private final List<RunEvent> last = new ArrayList<>();
    private long count;

    void add(RunEvent event) {
      count++;
      if (first.size() < KEPT) {
        first.add(event);
      } else {
        last.add(event);
        if (last.size() > KEPT) {
          last.remove(0);
        }
      }
    }
  }

  /**
   * Takes an event.
   *
   * @param reached the last step told before it
   * @param seconds since the run's beginning
   */
  void add(JsonNode event, long reached, double seconds) {
    String name = event.path("event").asText();
    long step = event.path("step").asLong(reached);
    switch (name) {
      case "start" -> {
        if (start.isPresent()) {
          add("started_again", reached, seconds, Mark.Kind.NOTE, "the job was started again");
        }
        explained = true;
        attempted = true;
        start = Optional.of(event);
        end = Optional.empty();
      }
      case "end" -> ended(event, reached, seconds);
      case "peak" -> peak = Optional.of(event);
      case "worker" -> worker(event, reached, seconds);
      case "checkpoint" ->
          add(
              name,
              step,
              seconds,
              Mark.Kind.QUIET,
              String.format(
                  Locale.ROOT,
                  "checkpoint of step %,d: %s in %.1f s",
                  step,
                  Words.bytes(event.path("bytes").asLong()),
                  event.path("seconds").asDouble()));
      case "checkpoint_failed" ->
          add(name, step, seconds, Mark.Kind.BAD, "checkpoint failed: " + reason(event));
      case "step_skipped" ->
          add(
              name,
              step,
              seconds,
              Mark.Kind.BAD,
              String.format(
                  Locale.ROOT,
                  "step %,d skipped: loss %s, gradient norm %s",
                  step,
                  event.path("loss").asText(),
                  event.path("grad_norm").asText()));
      case "loss_spike" ->
          add(
              name,
              step,
              seconds,
              Mark.Kind.NOTE,
              String.format(
                  Locale.ROOT,
                  "loss spike at step %,d: %s, usual was %s",
                  step,
                  Words.figure(number(event, "loss")),
                  Words.figure(number(event, "mean"))));
      case "resume" -> {
        explained = true;
        attempted = true;
        add(
            name,
            step,
            seconds,
            Mark.Kind.BAD,
            String.format(
                Locale.ROOT,
                "failure: %s; went on from step %,d",
                event.path("cause").asText(),
                step));
      }
      case "failure" ->
          add(
              name,
              reached,
              seconds,
              Mark.Kind.BAD,
              String.format(
                  Locale.ROOT, "rank %d failed: %s", event.path("rank").asInt(), reason(event)));
      case "world_size" -> {
        explained = true;
        attempted = true;
        add(
            name,
            step,
            seconds,
            Mark.Kind.NOTE,
            String.format(
                Locale.ROOT,
                "%d workers instead of %d",
                event.path("to").asInt(),
                event.path("from").asInt()));
      }
      case "extend" ->
          add(
              name,
              step,
              seconds,
              Mark.Kind.NOTE,
              String.format(
                  Locale.ROOT,
                  "extended from %,d to %,d steps (%s)",
                  event.path("planned").asLong(),
                  event.path("total").asLong(),
                  event.path("how").asText()));
      case "early_stop" ->
          add(
              name,
              step,
              seconds,
              Mark.Kind.NOTE,
              String.format(
                  Locale.ROOT,
                  "ended early: %s got no better after step %,d",
                  event.path("metric").asText(),
                  event.path("best_step").asLong()));
      case "best" ->
          add(
              name,
              step,
              seconds,
              Mark.Kind.QUIET,
              String.format(
                  Locale.ROOT,
                  "best so far: %s %s at step %,d",
                  event.path("metric").asText(),
                  Words.figure(number(event, "value")),
                  step));
      case "executor_lost" -> add(name, step, seconds, Mark.Kind.BAD, otherWords(name, event));
      default -> add(name, step, seconds, Mark.Kind.QUIET, otherWords(name, event));
    }
  }

  private static String otherWords(String name, JsonNode event) {
    String reason = reason(event);
    String executor = event.path("executor").asText();
    return name.replace('_', ' ')
        + (executor.isEmpty() ? "" : " " + executor)
        + (reason.isEmpty() ? "" : ": " + reason);
  }

  private static String reason(JsonNode event) {
    return REASONS.stream()
        .map(key -> event.path(key).asText())
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static double number(JsonNode event, String key) {
    return MetricsFile.number(event.path(key));
  }

  private void ended(JsonNode event, long reached, double seconds) {
    end = Optional.of(event);
    String reason = reason(event);
    switch (event.path("how").asText()) {
      case "failed" ->
          add("end", reached, seconds, Mark.Kind.BAD, "the job ended with an error: " + reason);
      case "stopped" ->
          add("end", reached, seconds, Mark.Kind.NOTE, "the job was stopped on request");
      default -> add("end", reached, seconds, Mark.Kind.QUIET, "the job was done");
    }
  }

  private void worker(JsonNode event, long reached, double seconds) {
    int rank = event.path("rank").asInt(-1);
    if (rank == 0 && workers.containsKey(0) && !explained) {
      add("started_again", reached, seconds, Mark.Kind.NOTE, "the job was started again");
    }
    explained = explained && rank != 0;
    if (attempted || workers.containsKey(rank)) { // in an attempt each rank comes once
      leave();
    }
    attempted = false;
    if (rank >= 0 && workers.size() < MOST_WORKERS) {
      workers.put(rank, event);
      gone.remove(Place.of(event));
    }
  }

  private void leave() {
    for (JsonNode worker : workers.values()) {
      gone.put(Place.of(worker), worker);
      if (gone.size() > MOST_WORKERS) {
        gone.remove(gone.keySet().iterator().next());
      }
    }
    workers.clear();
  }

  private void add(String name, long step, double seconds, Mark.Kind level, String text) {
    kinds
        .computeIfAbsent(name, n -> new Kept())
        .add(new RunEvent(name, step, seconds, level, text));
  }

  /** How many of a kind there were. */
  long count(String name) {
    return kinds.containsKey(name) ? kinds.get(name).count : 0;
  }

  /** Those of a kind that were kept. */
  List<RunEvent> of(String name) {
    List<RunEvent> events = new ArrayList<>();
    if (kinds.containsKey(name)) {
      events.addAll(kinds.get(name).first);
      events.addAll(kinds.get(name).last);
    }
    return events;
  }

  /** All that were kept, by time. */
  List<RunEvent> kept() {
    List<RunEvent> all = new ArrayList<>();
    kinds.keySet().forEach(name -> all.addAll(of(name)));
    all.sort(
        (a, b) -> {
          int byTime = Double.compare(a.seconds(), b.seconds());
          return byTime != 0 ? byTime : Long.compare(a.step(), b.step());
        });
    return all;
  }

  /** What the workers of the last attempt said of where they run, by rank. */
  Map<Integer, JsonNode> workers() {
    return Collections.unmodifiableMap(workers);
  }

  /** Workers of earlier attempts, of which the last one has none of the same rank and place. */
  Collection<JsonNode> goneWorkers() {
    return Collections.unmodifiableCollection(gone.values());
  }

  /** How the newest start of the job ended; empty if it goes on, or was killed. */
  Optional<JsonNode> end() {
    return end;
  }

  /** What utilisation is measured against, or why it is not; earlier versions said nothing. */
  Optional<JsonNode> peak() {
    return peak;
  }

  /** What the newest start of the job said of the run; earlier versions said nothing. */
  Optional<JsonNode> start() {
    return start;
  }
}
