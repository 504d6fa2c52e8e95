package io.retromae.training.nccl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Memory;
import io.retromae.core.failure.ConfigException;
import org.junit.jupiter.api.Test;

/** What needs neither NCCL nor a GPU. */
class GpuLibrariesTest {
  private static final LibrarySearch NOWHERE =
      new LibrarySearch(
          "retromae.test.library", "RETROMAE_TEST_LIBRARY", "libmissing.so", "libmissing.so.9");

  /**
   * Sizes and offsets that gcc gives for the fields of NCCL 2.18, and for those of 2.26 and 2.32.
   */
  @Test
  void theConfigurationHasTheLayoutOfTheHeader() {
    Memory config = NcclConfig.nonBlocking();

    assertEquals(48, config.size());
    assertEquals(48L, config.getLong(0), "size");
    assertEquals(0xcafebeef, config.getInt(8));
    assertEquals(2 * 10_000 + 18 * 100 + 1, config.getInt(12));
    assertEquals(0, config.getInt(16), "blocking");
    for (int offset : new int[] {20, 24, 28, 40, 44}) {
      assertEquals(Integer.MIN_VALUE, config.getInt(offset), "undefined at " + offset);
    }
    assertEquals(0L, config.getLong(32), "netName");
  }

  @Test
  void anIdIs128BytesAndGoesByValueWhole() {
    byte[] bytes = new byte[UniqueId.BYTES];
    bytes[0] = 1;
    bytes[127] = 42;
    UniqueId.ByValue id = new UniqueId.ByValue(bytes);
    id.write();

    assertEquals(128, id.size());
    assertEquals(1, id.getPointer().getByte(0));
    assertEquals(42, id.getPointer().getByte(127));
  }

  @Test
  void aLibraryThatIsNowhereIsReportedWithTheWaysOut() {
    var e = assertThrows(ConfigException.class, () -> NOWHERE.find("ncclGetVersion"));

    assertTrue(e.getMessage().contains("libmissing.so.9 was not found"), e.getMessage());
    assertTrue(e.getMessage().contains("spark.executorEnv.RETROMAE_TEST_LIBRARY=PATH"));
    assertTrue(e.getMessage().contains("-Dretromae.test.library=PATH"), e.getMessage());
    assertTrue(e.getMessage().contains("cluster.collective: tcp"), e.getMessage());
  }

  @Test
  void aLibraryThatIsNamedIsTheOnlyOneTried() {
    System.setProperty(NOWHERE.property(), "/no/such/libnccl.so");
    try {
      var e = assertThrows(ConfigException.class, () -> NOWHERE.find("ncclGetVersion"));

      assertTrue(e.getMessage().contains("tried /no/such/libnccl.so ("), e.getMessage());
      assertEquals(-1, e.getMessage().indexOf("libmissing.so.9 ("), e.getMessage());
    } finally {
      System.clearProperty(NOWHERE.property());
    }
  }

  @Test
  void aLibraryWithoutTheFunctionIsPassedOver() {
    LibrarySearch c = new LibrarySearch("retromae.no", "RETROMAE_NO", "libc.so", "libc.so.6");

    var e = assertThrows(ConfigException.class, () -> c.find("ncclGetVersion"));

    assertTrue(e.getMessage().contains("ncclGetVersion"), e.getMessage());
    assertTrue(c.find("getpid").contains("libc"));
  }
}
