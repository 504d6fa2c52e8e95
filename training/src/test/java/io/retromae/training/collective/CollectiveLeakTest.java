package io.retromae.training.collective;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.training.memory.HostVector;
import java.io.File;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Whatever a collective has opened is gone after it. */
class CollectiveLeakTest {
  private static final Set<String> THREADS = Set.of("retromae-acceptor", "retromae-collective");
  private static final int COLLECTIVES = Integer.getInteger("retromae.collectives", 60);
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  /** Less than a tenth of what that many collectives hold. */
  private static final long BYTES = 4_000_000;

  private static void openAndClose() throws Exception {
    CollectiveOptions options =
        new CollectiveOptions(
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            CollectiveOptions.WireType.BFLOAT16,
            2,
            false);
    try (RankThreads threads = new RankThreads(3, options.timeout())) {
      RankThreads.all(
          threads.start(
              RankThreads.talking(options),
              collective -> {
                collective.allReduceSum(HostVector.copyOf(new float[600_000]));
                return 0;
              }));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void collectivesLeaveNoThreadSocketOrMemory() throws Exception {
    openAndClose();
    System.gc();
    long memory = directMemory();
    long sockets = sockets();
    for (int i = 0; i < COLLECTIVES; i++) {
      openAndClose();
    }

    assertSinksTo("threads", 0, CollectiveLeakTest::threads);
    assertSinksTo("sockets", sockets, CollectiveLeakTest::sockets);
    assertSinksTo("direct memory", memory + BYTES, CollectiveLeakTest::directMemory);
  }

  private static void assertSinksTo(String what, long most, LongSupplier now) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (now.getAsLong() > most && System.nanoTime() < deadline) {
      System.gc();
    }
    assertTrue(now.getAsLong() <= most, what + ": " + now.getAsLong());
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> THREADS.contains(thread.getName()))
        .count();
  }

  private static long directMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private static long sockets() {
    long count = 0;
    for (File file : new File("/proc/self/fd").listFiles()) {
      try {
        count +=
            Files.readSymbolicLink(Path.of(file.getPath())).toString().startsWith("socket") ? 1 : 0;
      } catch (java.io.IOException e) {
        continue; // closed in the meantime
      }
    }
    return count;
  }
}
