package io.retromae.submit;

/** What the process ends with. */
final class ExitCode {
  /** Done. */
  static final int DONE = 0;

  /** A bug of ours. */
  static final int BUG = 1;

  /** Usage or configuration: the user mends it. */
  static final int USAGE = 2;

  /** Data refused: strict mode, a corrupt shard or checkpoint. */
  static final int DATA = 3;

  /** Cluster or storage: slots, executors lost too often, no access. */
  static final int CLUSTER = 4;

  /** Stopped on request; can be resumed. */
  static final int STOPPED = 5;

  private ExitCode() {}
}
