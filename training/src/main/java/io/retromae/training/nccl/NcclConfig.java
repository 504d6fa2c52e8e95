package io.retromae.training.nccl;

import com.sun.jna.Memory;

/**
 * {@code ncclConfig_t} as NCCL 2.18 has it: a caller states the size and version that it was
 * written for, and later releases, which only append fields, fill in the rest.
 */
final class NcclConfig {
  /** {@code sizeof(ncclConfig_t)}: the last int is followed by four bytes of padding. */
  static final int BYTES = 48;

  /** {@code NCCL_VERSION(2, 18, 1)}, the first with these fields. */
  static final int VERSION = 21801;

  static final int MAGIC = 0xcafebeef;

  /** {@code NCCL_CONFIG_UNDEF_INT}: NCCL's choice. */
  private static final int UNDEFINED = Integer.MIN_VALUE;

  private NcclConfig() {}

  /** No call blocks; all else is NCCL's choice. */
  static Memory nonBlocking() {
    Memory config = new Memory(BYTES);
    config.clear();
    config.setLong(0, BYTES); // size
    config.setInt(8, MAGIC);
    config.setInt(12, VERSION);
    config.setInt(16, 0); // blocking
    config.setInt(20, UNDEFINED); // cgaClusterSize
    config.setInt(24, UNDEFINED); // minCTAs
    config.setInt(28, UNDEFINED); // maxCTAs
    config.setLong(32, 0); // netName
    config.setInt(40, UNDEFINED); // splitShare
    config.setInt(44, UNDEFINED); // padding then, trafficClass from 2.25 on
    return config;
  }
}
