package io.retromae.etl.decontaminate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.etl.decontaminate.DecontaminationSettings.BenchmarkSet;
import io.retromae.etl.decontaminate.DecontaminationSettings.NGramLengths;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecontaminationSettingsTest {
  @Test
  void defaultsAreThoseOfTheDesign() {
    DecontaminationSettings defaults = Benchmarks.settings();

    assertEquals(
        new DecontaminationSettings(
            List.of(),
            new NGramLengths(13, 26),
            10,
            DecontaminationSettings.Action.SENTENCE,
            0.5,
            20_000_000),
        defaults);
    assertFalse(defaults.enabled());
    assertEquals(10, defaults.maxDocuments());
  }

  @Test
  void everyKeyIsMapped() {
    DecontaminationSettings settings =
        Benchmarks.settings(
            "sets=[{name: a, path: b}, {name: c, path: d, parts: [queries, passages]}]",
            "ngram={en: 8, zh: 16}",
            "max_documents=3",
            "action=document",
            "min_kept_share=0.25",
            "max_ngrams=1000");

    assertEquals(
        new DecontaminationSettings(
            List.of(
                new BenchmarkSet("a", "b", List.of(Part.QUERIES)),
                new BenchmarkSet("c", "d", List.of(Part.QUERIES, Part.PASSAGES))),
            new NGramLengths(8, 16),
            3,
            DecontaminationSettings.Action.DOCUMENT,
            0.25,
            1000),
        settings);
  }

  @Test
  void aNameGivenTwiceAndASetWithoutPartsAreRefused() {
    ConfigException twice =
        assertThrows(
            ConfigException.class,
            () -> Benchmarks.settings("sets=[{name: a, path: b}, {name: a, path: c}]"));
    ConfigException none =
        assertThrows(
            ConfigException.class,
            () -> Benchmarks.settings("sets=[{name: a, path: b, parts: []}]"));

    assertTrue(twice.getMessage().contains("'a' is given twice"), twice.getMessage());
    assertTrue(none.getMessage().contains("parts"), none.getMessage());
  }
}
