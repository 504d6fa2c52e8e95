package io.retromae.etl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.etl.stage.Example;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageCounts;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusReportTest {
  private static StageCounts.Row row(String stage, String reason, long documents) {
    Example example = Example.of(1, "0".repeat(32), "a text");
    Measure measure = new Measure(documents, 4_000 * documents, 700 * documents, 900 * documents);
    return new StageCounts.Row("pile/A", "en", stage, reason, measure, List.of(example));
  }

  private static EtlReport report() {
    List<StageCounts.Row> rows =
        List.of(
            row(StageCounts.READ, "", 12_345),
            row("quality", "few", 7_890),
            row(StageCounts.PACKED, "", 4_455));
    List<Long> lengths = LongStream.range(0, 40).mapToObj(bin -> 1_000 + bin).toList();
    return new EtlReport(
        "",
        StageLosses.of(rows, List.of("quality")),
        List.of(
            new EtlReport.Input("inputs[0] /a", 12_400, Map.of("x", 55L), 0, Map.of("k", 1_234L))),
        12_400,
        Map.of("x", 1_055L),
        Map.of("blank_lines", 1_200L, "files_found", 1_300L, "files_not_read", 1_100L),
        List.of("/a/b (no records)"),
        List.of("/a/c: ends early"),
        List.of("quality"),
        new StageCounts.Counts(
            rows,
            List.of(new StageCounts.Edit("pile/A", "quality", "kind", 1_234)),
            List.of(new StageCounts.Lengths("pile/A", StageCounts.READ, lengths)),
            List.of(new StageCounts.Cost("quality", 1_234.5, 98_765_432))),
        Map.of("pairs", 4_321L),
        List.of(new EtlReport.Cluster("cluster", 1_234, List.of("a", "b"))),
        List.of(new EtlReport.Contamination("task", 1_001, 1_002, 1_003, 1_004)),
        40_404,
        12_345_678,
        1_234,
        2_345,
        1_010,
        List.of(new EtlReport.Phase("clean", 1_234.5)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "ar-EG", "hi-IN-u-nu-deva"})
  void numbersAreWrittenAlikeWhateverTheDriversLocale(String tag) {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.ROOT);
      String page = HtmlReport.of(report());
      String markdown = MarkdownReport.of(report());
      Locale.setDefault(Locale.forLanguageTag(tag));

      assertEquals(page, HtmlReport.of(report()));
      assertEquals(markdown, MarkdownReport.of(report()));
    } finally {
      Locale.setDefault(before);
    }
  }
}
