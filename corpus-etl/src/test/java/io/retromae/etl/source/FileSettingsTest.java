package io.retromae.etl.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.core.config.ConfigLoader;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileSettingsTest {
  @Test
  void defaultsAreTheDocumentedOnes() {
    assertEquals(
        FileSettings.standard(),
        ConfigLoader.load(FileSettings.class, List.of(), List.of()).value());
  }

  @Test
  void everyKeyIsMapped() {
    List<String> settings = List.of("recursive=false", "follow_links=true", "max_expansion=7");

    assertEquals(
        new FileSettings(false, true, 7),
        ConfigLoader.load(FileSettings.class, List.of(), settings).value());
  }
}
