package io.retromae.cluster.hdfs;

import java.util.concurrent.CountDownLatch;

/** Holds threads in the middle of what they do, until a test lets them go on. */
final class Gate {
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  /** Waits for the first thread that is held. */
  void awaitWriter() throws InterruptedException {
    reached.await();
  }

  void open() {
    opened.countDown();
  }

  /** Called by a thread that is to be held. */
  void pass() {
    reached.countDown();
    try {
      opened.await();
    } catch (InterruptedException e) { // its data node ends
      Thread.currentThread().interrupt();
    }
  }
}
