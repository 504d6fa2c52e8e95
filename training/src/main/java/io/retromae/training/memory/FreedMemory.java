package io.retromae.training.memory;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives memory that was freed, but that the C library keeps, back to the system as soon as the
 * process has grown by it. Rows differ in length from step to step, so do the tensors made of them;
 * what is freed lies in pieces, the next tensor may fit into none, and the process grows. A trim
 * lets go of the pages of all pieces. The steps after it ask for those that they need again.
 *
 * <p>For one thread; several in a process may each have one.
 */
public final class FreedMemory {
  private static final Logger LOG = LoggerFactory.getLogger(FreedMemory.class);

  /** A trim is due when the process holds so much more than it did after the last one. */
  private static final double GROWTH = 1.05;

  /** Steps after a trim, or at the start, in which all that a step needs is asked for again. */
  private static final int SETTLING_STEPS = 8;

  /**
   * Times its own length that pass between two trims at least. The pages that are asked for again
   * cost about as much as the trim, so both take 1 % of the time at most.
   */
  private static final long REST = 200;

  private final LongSupplier resident;
  private final LongSupplier nanoTime;
  private final Runnable trim;
  private int settling = SETTLING_STEPS;
  private long settled;
  private long restUntil;

  /** Of this process. */
  public FreedMemory() {
    this(ResidentMemory::bytes, System::nanoTime, FreedMemory::trimHeaps);
  }

  /**
   * Tells when to trim.
   *
   * @param resident bytes that the process holds now; 0 where nothing tells
   * @param nanoTime a clock
   * @param trim gives back what can be given back
   */
  FreedMemory(LongSupplier resident, LongSupplier nanoTime, Runnable trim) {
    this.resident = resident;
    this.nanoTime = nanoTime;
    this.trim = trim;
    this.restUntil = nanoTime.getAsLong();
  }

  /**
   * Looks at the process after a step, and trims if it has grown.
   *
   * @return bytes that the process held when the step ended
   */
  public long stepDone() {
    long now = resident.getAsLong();
    if (settling > 0) {
      settling--;
      settled = Math.max(settled, now);
    } else if (now > GROWTH * settled && nanoTime.getAsLong() - restUntil >= 0) {
      trimmed(now);
    }
    return now;
  }

  private void trimmed(long before) {
    long start = nanoTime.getAsLong();
    trim.run();
    long end = nanoTime.getAsLong();
    LOG.debug(
        "event=memory_trimmed before_mb={} after_mb={} ms={}",
        before / 1_000_000,
        resident.getAsLong() / 1_000_000,
        (end - start) / 1_000_000);
    restUntil = end + REST * (end - start);
    settling = SETTLING_STEPS;
    settled = 0;
  }

  /** {@code malloc_trim} of glibc: all heaps of all threads, nothing kept. */
  static void trimHeaps() {
    Loaded.TRIM.ifPresent(trim -> trim.invokeInt(new Object[] {new NativeLong(0)}));
  }

  /** Looked up when first wanted. */
  private static final class Loaded {
    static final Optional<Function> TRIM = find();

    private static Optional<Function> find() {
      try {
        return Optional.of(NativeLibrary.getProcess().getFunction("malloc_trim"));
      } catch (UnsatisfiedLinkError e) { // another C library than glibc
        LOG.info("event=native_memory trims=false reason={}", e.getMessage());
        return Optional.empty();
      }
    }
  }
}
