package io.retromae.training.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunEventsTest {
  private final RunEvents events = new RunEvents();

  private void add(String json) throws IOException {
    events.add(new ObjectMapper().readTree(json), 0, 0);
  }

  private void workers(int count) throws IOException {
    for (int rank = 0; rank < count; rank++) {
      add("{\"event\":\"worker\",\"rank\":%d}".formatted(rank));
    }
  }

  @Test
  void workersOfAnEarlierWorldAreGone() throws IOException {
    add("{\"event\":\"start\"}");
    workers(4);
    add("{\"event\":\"world_size\",\"from\":4,\"to\":2}");
    assertEquals(4, events.workers().size(), "until others come");
    workers(2);
    assertEquals(Set.of(0, 1), events.workers().keySet());

    add("{\"event\":\"start\"}");
    workers(1);
    assertEquals(Set.of(0), events.workers().keySet());
    workers(1);
    assertEquals(Set.of(0), events.workers().keySet(), "the same again");
  }
}
