package io.retromae.training.attempt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.training.metrics.Progress;
import io.retromae.training.metrics.Tracker;
import java.time.Instant;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** Tells of executors that come and go, with Spark's reason. */
public final class ExecutorNews extends SparkListener {
  private final RunConsole console;
  private final Tracker metrics;

  /** Tells both of them. */
  public ExecutorNews(RunConsole console, Tracker metrics) {
    this.console = console;
    this.metrics = metrics;
  }

  @Override
  public void onExecutorAdded(SparkListenerExecutorAdded event) {
    String host = event.executorInfo().executorHost();
    console.line("event=executor_added executor=%s host=%s".formatted(event.executorId(), host));
    add("executor_added", event.executorId(), host);
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
    console.line(
        "event=executor_lost executor=%s reason=\"%s\""
            .formatted(event.executorId(), event.reason()));
    add("executor_lost", event.executorId(), event.reason());
  }

  private void add(String name, String executor, String detail) {
    ObjectNode message = Progress.message(name).put("executor", executor);
    metrics.add(message.put("detail", detail).put("time", Instant.now().toString()));
  }
}
