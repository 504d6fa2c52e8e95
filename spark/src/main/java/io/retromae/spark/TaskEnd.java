package io.retromae.spark;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/** What is open as long as a task runs: whoever iterates may stop before the last element. */
public final class TaskEnd {
  private TaskEnd() {}

  /** Closes something with the task that runs in this thread, however it ends. */
  public static void closes(Closeable opened) {
    TaskContext task = TaskContext.get();
    if (task != null) { // else there is no task, as in a test
      TaskCompletionListener closing = ended -> close(opened);
      task.addTaskCompletionListener(closing);
    }
  }

  private static void close(Closeable opened) {
    try {
      opened.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
