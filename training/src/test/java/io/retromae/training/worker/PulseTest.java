package io.retromae.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a worker's sign of life says of where its thread is. */
class PulseTest {
  @ParameterizedTest
  @CsvSource({
    "collective.TcpCollective.await, true",
    "connect.PlainTransport.read, true",
    "train.Trainer.step, false",
    "'', false"
  })
  void whoIsInSumsOrConnectionsWaitsForOthers(String at, boolean waits) {
    assertEquals(waits, new Pulse(1, 7, "training", 3, at).waitsForOthers());
  }

  @Test
  void aPlaceIsNamedByPackageClassAndMethodWhateverModuleItIsIn() {
    assertEquals("worker.WorkerStatus.place", new WorkerStatus(1).pulse().at());
  }
}
