package io.retromae.submit.spark;

/**
 * What a job wants of Spark.
 *
 * @param tasks that run at once: workers of a training, or tasks that the inputs make
 * @param leastTasks fewest to go on with
 * @param barrier whether they must all run at once, one model each
 * @param taskCores of one task
 * @param coresReason why so many
 * @param gpu whether each task must compute on a GPU
 * @param executorHeapMb of an executor, whatever it runs
 * @param taskHeapMb more of heap for each task
 * @param executorNativeMb of an executor outside its heap
 * @param taskNativeMb more outside the heap for each task
 * @param driverHeapMb of the driver
 */
public record JobDemand(
    int tasks,
    int leastTasks,
    boolean barrier,
    int taskCores,
    String coresReason,
    boolean gpu,
    long executorHeapMb,
    long taskHeapMb,
    long executorNativeMb,
    long taskNativeMb,
    long driverHeapMb) {

  /** Whether tasks compute outside the heap. */
  boolean usesLibtorch() {
    return taskNativeMb > 0;
  }

  /** Heap of an executor that runs so many tasks at once, in MiB, rounded up to 256. */
  public long heapMb(int tasksAtOnce) {
    return rounded(executorHeapMb + tasksAtOnce * taskHeapMb);
  }

  /** Memory outside the heap of such an executor, in MiB, a tenth on top, rounded up to 128. */
  public long nativeMb(int tasksAtOnce) {
    long exact = executorNativeMb + tasksAtOnce * taskNativeMb;
    return (exact * 11 / 10 + 127) / 128 * 128;
  }

  private static long rounded(long megabytes) {
    return Math.max(1024, (megabytes + 255) / 256 * 256);
  }
}
