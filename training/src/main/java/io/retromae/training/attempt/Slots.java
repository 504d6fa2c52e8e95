package io.retromae.training.attempt;

/** The task slots of a cluster: how many workers it can run at once. */
interface Slots {
  /** Slots of all live executors, taken or not. */
  int all();

  /** Those in which no task runs. */
  int free();

  /** What there is, for an error message: executors, cores, GPUs and what a task takes of them. */
  String describe();

  /** Whether the number can change while the job runs. */
  boolean canChange();
}
