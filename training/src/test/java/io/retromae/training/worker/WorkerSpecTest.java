package io.retromae.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.core.storage.Storage;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class WorkerSpecTest {
  @Test
  void whatTheTaskCarriesDoesNotShowTheSecret() {
    byte[] secret = "0123456789abcdef0123456789abcdef".getBytes();
    Storage storage = new Storage(new Configuration());
    var task = new FakeTask("settings", "planned", "seen");
    WorkerSpec spec =
        new WorkerSpec(task, storage, "run", "step-4-1", 1, 2, List.of(), "host", 1, secret, true);

    assertEquals(
        "WorkerSpec[run=run, attempt=1, from step-4-1, workers=2, driver=host:1, encrypted=true]",
        spec.toString());
  }
}
