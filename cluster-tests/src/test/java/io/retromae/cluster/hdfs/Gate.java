package io.retromae.cluster.hdfs;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Holds threads in the middle of what they do, until a test lets them go on. */
final class Gate {
  private final CompletableFuture<String> reached = new CompletableFuture<>();
  private final CountDownLatch opened = new CountDownLatch(1);

  /** Waits for the first thread that is held; returns the file that it writes. */
  String awaitWriter() {
    return reached.join();
  }

  void open() {
    opened.countDown();
  }

  /** Called by a thread that writes {@code file} and is to be held. */
  void pass(String file) {
    reached.complete(file);
    try {
      opened.await();
    } catch (InterruptedException e) { // its data node ends
      Thread.currentThread().interrupt();
    }
  }
}
