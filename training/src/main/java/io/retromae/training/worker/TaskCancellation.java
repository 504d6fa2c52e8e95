package io.retromae.training.worker;

import io.retromae.core.failure.ClusterException;
import io.retromae.training.loop.Cancellation;
import java.util.function.BooleanSupplier;

/**
 * Ends a worker that Spark or the driver no longer wants.
 *
 * @param rank of the task
 * @param driver may ask for a stop, and may go away
 * @param status learns that the worker goes on
 * @param interrupted whether Spark cancelled the task
 */
record TaskCancellation(
    int rank, ProgressClient driver, WorkerStatus status, BooleanSupplier interrupted)
    implements Cancellation {
  @Override
  public boolean stopRequested() {
    return driver.stopRequested();
  }

  @Override
  public void checkCancelled() {
    status.goesOn();
    if (driver.lost()) {
      throw new ClusterException("rank " + rank + ": the driver is gone");
    }
    if (interrupted.getAsBoolean() || Thread.currentThread().isInterrupted()) {
      throw new ClusterException("rank " + rank + ": the task was cancelled");
    }
  }
}
