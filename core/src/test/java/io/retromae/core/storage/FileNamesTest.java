package io.retromae.core.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.CorruptDataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {
  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        ".", "..", "../x", "a/b", "/x", "a\\b", ".x", " x", "x\n", "*", "g[1]", "~", "a:b"
      })
  void aNameThatLeadsElsewhereIsRefused(String name) {
    var failure =
        assertThrows(
            CorruptDataException.class,
            () -> FileNames.checked("run/manifest.json", "folder", name, FileNames.PLAIN));

    assertTrue(
        failure.getMessage().startsWith("run/manifest.json: folder is '" + name + "', which"));
  }

  @Test
  void aPlainNameIsTaken() {
    String name = "00003-8f1e_x.parquet";

    assertEquals(name, FileNames.checked("m", "name", name, FileNames.PLAIN));
  }
}
