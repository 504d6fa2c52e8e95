package io.retromae.training.libtorch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the C library treats freed memory. A step frees and asks for the same large pieces over and
 * over. By default glibc maps each afresh, and the kernel has to zero every page of it again: a
 * twentieth of the time of a step of BERT-base. So all is taken from heaps that are kept. (A thread
 * of a JVM has heaps of 64 MB, and one that is free as a whole goes back, whatever the threshold,
 * if what would be left at the end is more than the padding.)
 *
 * <p>Tensors are aligned to 64 bytes. Up to glibc 2.37 the rest of an aligned piece, some 100 bytes
 * at its ends, goes to the thread's cache of small pieces and from there to somebody else; when the
 * tensor is freed, its place is too small for the next of the same size. A process of 500 MB grew
 * to 1.8 GB in 450 steps. Without that cache, which only the environment can switch off ({@link
 * #TUNABLES}), the rests are joined again and the heap stays as it is. Where it is on, {@link
 * io.retromae.training.memory.FreedMemory trims} hold the growth back.
 */
final class HeapTuning {
  private static final Logger LOG = LoggerFactory.getLogger(HeapTuning.class);

  /** The variable with glibc's settings, read when a process starts. */
  private static final String TUNABLES = "GLIBC_TUNABLES";

  private static final String NO_CACHE = "glibc.malloc.tcache_count=0";

  /** glibc's malloc.h. */
  private static final int M_TRIM_THRESHOLD = -1;

  private static final int M_TOP_PAD = -2;

  private static final int M_MMAP_MAX = -4;

  /** Of a heap of any thread but the first, in glibc for 64 bits. */
  private static final int HEAP_BYTES = 64 << 20;

  private HeapTuning() {}

  /** Lets the process keep up to 2 GiB of freed memory, and take all from one heap that can. */
  static void keepFreed() {
    try {
      Function mallopt = NativeLibrary.getProcess().getFunction("mallopt");
      boolean set =
          mallopt.invokeInt(new Object[] {M_MMAP_MAX, 0}) != 0
              && mallopt.invokeInt(new Object[] {M_TOP_PAD, HEAP_BYTES}) != 0
              && mallopt.invokeInt(new Object[] {M_TRIM_THRESHOLD, Integer.MAX_VALUE}) != 0;
      String tunables = System.getenv().getOrDefault(TUNABLES, "");
      boolean cached = !List.of(tunables.split(":")).contains(NO_CACHE);
      LOG.debug("event=native_memory kept={} thread_cache={}", set, cached);
    } catch (UnsatisfiedLinkError e) { // another C library than glibc
      LOG.info("event=native_memory kept=false reason={}", e.getMessage());
    }
  }
}
