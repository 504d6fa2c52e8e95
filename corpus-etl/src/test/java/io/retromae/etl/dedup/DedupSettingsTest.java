package io.retromae.etl.dedup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.etl.language.Language;
import org.junit.jupiter.api.Test;

class DedupSettingsTest {
  @Test
  void defaultsAreTwentyBandsOfSixAndFiveUnits() {
    assertEquals(
        new DedupSettings(
            true,
            new DedupSettings.MinHashSettings(true, 20, 6, 5, 5, 0.7, 4096, 10_000, 1),
            new DedupSettings.LineSettings(false, 20, 100)),
        DedupRun.settings());
  }

  @Test
  void everyKeyIsMapped() {
    DedupSettings settings =
        DedupRun.settings(
            "exact=false",
            "minhash.enabled=false",
            "minhash.bands=20",
            "minhash.rows=6",
            "minhash.shingle_en=3",
            "minhash.shingle_zh=7",
            "minhash.verify_jaccard=0.5",
            "minhash.verify_sketch=256",
            "minhash.max_bucket=99",
            "minhash.seed=4",
            "lines.enabled=true",
            "lines.min_units=10",
            "lines.max_documents=7");

    assertEquals(
        new DedupSettings(
            false,
            new DedupSettings.MinHashSettings(false, 20, 6, 3, 7, 0.5, 256, 99, 4),
            new DedupSettings.LineSettings(true, 10, 7)),
        settings);
    assertEquals(7, settings.minhash().shingle(Language.ZH));
    assertEquals(3, settings.minhash().shingle(Language.UND));
  }
}
