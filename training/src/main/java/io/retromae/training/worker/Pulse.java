package io.retromae.training.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.metrics.Progress;
import java.util.List;

/**
 * A worker's sign of life.
 *
 * @param rank who lives
 * @param step steps done
 * @param phase what it is about
 * @param progress counts micro-batches and changes of phase: it goes on if this grows
 * @param at where in our code its thread is
 */
public record Pulse(int rank, long step, String phase, long progress, String at) {
  /** Packages in which a thread waits for other ranks: sums, and the connections beneath. */
  private static final List<String> WAITING = List.of("collective.", "connect.");

  /** The event of a sign of life. */
  public static final String EVENT = "heartbeat";

  /** As it travels. */
  public ObjectNode toMessage() {
    ObjectNode message = Progress.message(EVENT).put("rank", rank).put("step", step);
    return message.put("phase", phase).put("progress", progress).put("at", at);
  }

  /** Of a message that a rank sent. */
  public static Pulse of(int rank, JsonNode message) {
    return new Pulse(
        rank,
        message.path("step").asLong(),
        message.path("phase").asText(),
        message.path("progress").asLong(),
        message.path("at").asText());
  }

  /** Whether it only waits for what the others do. */
  public boolean waitsForOthers() {
    return WAITING.stream().anyMatch(at::startsWith);
  }

  /** "rank 1 training after step 12 in train.Trainer.step". */
  public String describe() {
    String place = at.isEmpty() ? "" : " in " + at;
    return "rank %d %s after step %d%s".formatted(rank, phase, step, place);
  }
}
