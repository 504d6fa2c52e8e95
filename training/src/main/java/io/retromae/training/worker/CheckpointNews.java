package io.retromae.training.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ClusterException;
import io.retromae.training.checkpoint.CheckpointWriter;
import io.retromae.training.metrics.Progress;
import java.io.IOException;

/** Tells the driver of checkpoints. */
record CheckpointNews(ProgressClient driver, int rank) implements CheckpointWriter.Listener {
  @Override
  public void saved(CheckpointWriter.Saved checkpoint) {
    ObjectNode message = Progress.message("checkpoint").put("step", checkpoint.step());
    message.put("bytes", checkpoint.bytes()).put("seconds", checkpoint.seconds());
    tell(message.put("snapshot_ms", checkpoint.heldMs()));
  }

  @Override
  public void failed(long step, String reason) {
    tell(Progress.message("checkpoint_failed").put("step", step).put("reason", reason));
  }

  private void tell(ObjectNode message) {
    try {
      driver.send(message);
    } catch (IOException e) {
      throw new ClusterException("rank " + rank + " cannot reach the driver: " + e.getMessage(), e);
    }
  }
}
