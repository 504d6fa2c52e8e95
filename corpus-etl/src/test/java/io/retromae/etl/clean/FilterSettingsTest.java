package io.retromae.etl.clean;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.failure.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterSettingsTest {
  @Test
  void aMistakeInTheSettingsOfARuleIsToldWithItsWholePath() {
    List<String> assignments = List.of("chinese_lines.extra_phrases=[加]");

    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> ConfigLoader.load(FilterSettings.class, List.of(), assignments));

    assertTrue(e.getMessage().contains("chinese_lines.extra_phrases: '加'"), e.getMessage());
  }
}
