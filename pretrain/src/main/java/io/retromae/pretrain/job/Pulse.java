package io.retromae.pretrain.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A worker's sign of life.
 *
 * @param rank who lives
 * @param step steps done
 * @param phase what it is about
 * @param progress counts micro-batches and changes of phase: it goes on if this grows
 * @param at where in our code its thread is
 */
record Pulse(int rank, long step, String phase, long progress, String at) {
  static final String EVENT = "heartbeat";

  ObjectNode toMessage() {
    ObjectNode message = Progress.message(EVENT).put("rank", rank).put("step", step);
    return message.put("phase", phase).put("progress", progress).put("at", at);
  }

  static Pulse of(int rank, JsonNode message) {
    return new Pulse(
        rank,
        message.path("step").asLong(),
        message.path("phase").asText(),
        message.path("progress").asLong(),
        message.path("at").asText());
  }

  /** Whether it only waits for what the others do. */
  boolean waitsForOthers() {
    return at.startsWith("collective.");
  }

  /** "rank 1 training after step 12 in train.Trainer.step". */
  String describe() {
    String place = at.isEmpty() ? "" : " in " + at;
    return "rank %d %s after step %d%s".formatted(rank, phase, step, place);
  }
}
