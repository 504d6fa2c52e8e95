package io.retromae.training.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StepPaceTest {
  private final AtomicLong now = new AtomicLong();

  private static ObjectNode step(long step) {
    ObjectNode json = Progress.message("step").put("step", step).put("loss", 17.55781);
    return json.put("lr", 6e-4).put("tokens_per_s", 1515.4);
  }

  @Test
  void theTimeToGoIsThatOfTheStepsSoFar() {
    StepPace pace = new StepPace(150, now::get);
    pace.line(step(1));
    now.set(TimeUnit.SECONDS.toNanos(90));

    String line = pace.line(step(10));

    assertEquals("step=10/150 loss=17.5578 lr=6.0e-04 tokens_per_s=1515 eta=0:23:20", line);
  }

  @Test
  void utilizationIsToldWhereItIsKnown() {
    StepPace pace = new StepPace(150, now::get);

    String line = pace.line(step(1).put("mfu", 0.3123));

    assertEquals("step=1/150 loss=17.5578 lr=6.0e-04 tokens_per_s=1515 mfu=0.31", line);
  }

  @Test
  void aLineFitsATerminal() {
    StepPace pace = new StepPace(1_000_000_000, now::get);
    pace.line(step(1));
    now.set(Long.MAX_VALUE / 1_000_000);
    ObjectNode worst =
        step(999_999).put("loss", "-12345678.1234").put("tokens_per_s", 1e8).put("mfu", 0.5);

    assertTrue(pace.line(worst).length() <= 100, pace.line(worst));
  }
}
