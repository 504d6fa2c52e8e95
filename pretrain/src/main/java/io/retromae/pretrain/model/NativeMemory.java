package io.retromae.pretrain.model;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the C library treats freed memory. A step frees and asks for the same large pieces over and
 * over. By default glibc maps each afresh, and the kernel has to zero every page of it again: a
 * twentieth of the time of a step of BERT-base.
 */
final class NativeMemory {
  private static final Logger LOG = LoggerFactory.getLogger(NativeMemory.class);

  /** glibc's malloc.h. */
  private static final int M_TRIM_THRESHOLD = -1;

  private static final int M_MMAP_MAX = -4;

  private NativeMemory() {}

  /** Lets the process keep up to 2 GiB of freed memory, and take all from one heap that can. */
  static void keepFreed() {
    try {
      Function mallopt = NativeLibrary.getProcess().getFunction("mallopt");
      boolean set =
          mallopt.invokeInt(new Object[] {M_MMAP_MAX, 0}) != 0
              && mallopt.invokeInt(new Object[] {M_TRIM_THRESHOLD, Integer.MAX_VALUE}) != 0;
      LOG.debug("event=native_memory kept={}", set);
    } catch (UnsatisfiedLinkError e) { // another C library than glibc
      LOG.info("event=native_memory kept=false reason={}", e.getMessage());
    }
  }
}
