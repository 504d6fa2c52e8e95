package io.retromae.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoredSettingsTest {
  @Test
  void whatWasWrittenIsRead() {
    List<ResolvedSetting> settings =
        List.of(
            new ResolvedSetting("corpus", "\"s3a://b/语料: 1\"", "--set"),
            new ResolvedSetting(
                "data.source_weights", "{\"wudao/百科\": 2.0, pile: 0.5}", "a # b.yaml:3"),
            new ResolvedSetting("data.train", "[/a, /b]", "default"),
            new ResolvedSetting("schedule.early_stopping.patience", "null", "default"),
            new ResolvedSetting("schedule.seed", "42", "default"));

    assertEquals(settings, StoredSettings.read(Resolved.yaml(settings)));
  }

  @Test
  void valuesArePlainText() {
    assertEquals("s3a://b/语料: 1", StoredSettings.plain("\"s3a://b/语料: 1\""));
    assertEquals("[/a, /b]", StoredSettings.plain("[/a, /b]"));
    assertEquals(
        Map.of("wudao/百科", "2.0", "pile", "0.5"),
        StoredSettings.entries("{\"wudao/百科\": 2.0, pile: 0.5}"));
    assertEquals(Map.of(), StoredSettings.entries("7"));
  }

  @Test
  void whatSomebodyWroteByHandIsPassedOver() {
    assertEquals(
        List.of(new ResolvedSetting("a.b", "1", "default")),
        StoredSettings.read(
            "# by hand\n\n      deep: 1  # x\na:\n  b: 1  # default\n  - c\nfree text\n"));
  }
}
