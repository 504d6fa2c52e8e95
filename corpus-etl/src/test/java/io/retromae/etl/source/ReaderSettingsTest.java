package io.retromae.etl.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.core.config.ConfigLoader;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReaderSettingsTest {
  @Test
  void defaultsAreTheDocumentedOnes() {
    assertEquals(
        ReaderSettings.standard(),
        ConfigLoader.load(ReaderSettings.class, List.of(), List.of()).value());
  }

  @Test
  void everyKeyIsMapped() {
    List<String> settings =
        List.of(
            "max_record_mb=2",
            "zstd_window_log=28",
            "invalid_utf8=replace",
            "raw_controls=accept",
            "nan=quarantine",
            "split_mb=0.5",
            "rewrite_above_mb=7");

    assertEquals(
        new ReaderSettings(
            2,
            28,
            ReaderSettings.InvalidUtf8.REPLACE,
            ReaderSettings.RawControls.ACCEPT,
            ReaderSettings.Nan.QUARANTINE,
            0.5,
            7),
        ConfigLoader.load(ReaderSettings.class, List.of(), settings).value());
  }

  @Test
  void anInputNeedsOnlyPathAndFormat() {
    assertEquals(
        InputSettings.of("p", Format.JSONL),
        ConfigLoader.load(InputSettings.class, List.of(), List.of("path=p", "format=jsonl"))
            .value());
  }

  @Test
  void everyKeyOfAnInputIsMapped() {
    List<String> settings =
        List.of(
            "path=p",
            "format=parquet",
            "text_column=a",
            "title_column=b",
            "source_column=c",
            "source=d");

    assertEquals(
        new InputSettings("p", Format.PARQUET, "a", "b", "c", "d"),
        ConfigLoader.load(InputSettings.class, List.of(), settings).value());
  }
}
