package io.retromae.etl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.etl.stage.Example;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StageCountsTest {
  private static final StageCounts.Where WHERE = new StageCounts.Where("pile/x", "en");

  private static StageCounts counted(int from, int to) {
    StageCounts counts = new StageCounts();
    for (int i = from; i < to; i++) {
      String id = "%016x%016x".formatted(i * 0x9E3779B97F4A7C15L, i);
      String text = "text " + i;
      counts.pass(WHERE, StageCounts.READ, Measure.of(text, 2));
      counts.drop(WHERE, "stage", "why", Measure.of(text, 2), Example.of(42, id, text));
      counts.edit(WHERE, "pii", Map.of("email", 2L));
    }
    return counts;
  }

  @ParameterizedTest(name = "cut at {0}")
  @ValueSource(ints = {0, 1, 7, 50, 99})
  void sumsAndExamplesDoNotDependOnHowTasksWereCut(int cut) {
    StageCounts sum = new StageCounts();
    sum.add(counted(cut, 100).counts());
    sum.add(counted(0, cut).counts());

    assertEquals(counted(0, 100).counts(), sum.counts());
  }

  @Test
  void examplesAreASampleOfTen() {
    StageCounts.Row row =
        counted(0, 100).counts().rows().stream()
            .filter(r -> r.stage().equals("stage"))
            .findFirst()
            .orElseThrow();

    assertEquals(100, row.measure().documents());
    assertEquals(10, row.examples().size());
    List<String> firstTen = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      firstTen.add("text " + i);
    }
    assertTrue(
        row.examples().stream().anyMatch(e -> !firstTen.contains(e.text())), "not the first");
  }

  @Test
  void lengthIsCountedInUtf8() {
    assertEquals(1 + 2 + 3 + 4, Measure.utf8Length("aé汉😀"));
  }

  @Test
  void aPageEscapesWhatTextsHold() {
    StageCounts counts = new StageCounts();
    String id = "0".repeat(32);
    String text = "<script>alert(\"x\")</script>";
    counts.pass(WHERE, StageCounts.READ, Measure.of(text, 9));
    counts.drop(WHERE, "stage", "why", Measure.of(text, 9), Example.of(1, id, text));
    EtlReport report =
        new EtlReport(
            "",
            List.of(),
            List.of(),
            1,
            Map.of(),
            Map.of(),
            List.of("a<b"),
            List.of(),
            List.of("stage"),
            counts.counts(),
            Map.of(),
            List.of(),
            List.of(),
            0,
            0,
            0,
            0,
            0,
            List.of());

    String page = HtmlReport.of(report);

    assertTrue(page.contains("&lt;script&gt;alert"), page);
    assertTrue(!page.contains("<script>"), page);
    assertTrue(page.contains("a&lt;b"), page);
    assertTrue(MarkdownReport.of(report).contains("stage: why"), page);
  }
}
