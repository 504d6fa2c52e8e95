package io.retromae.etl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.etl.stage.Example;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageCounts;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageLossesTest {
  private static final List<String> STAGES = List.of("language", "quality");

  private final StageCounts counts = new StageCounts();

  private void documents(String source, int read, int dropped, String stage, String reason) {
    StageCounts.Where where = new StageCounts.Where(source, "en");
    for (int i = 0; i < read; i++) {
      counts.pass(where, StageCounts.READ, Measure.of("x", 1));
    }
    for (int i = 0; i < dropped; i++) {
      Example example = Example.of(1, "%032x".formatted(i), reason + "\n text " + i);
      counts.drop(where, stage, reason, Measure.of("x", 1), example);
    }
  }

  private List<EtlReport.Warning> warnings() {
    return StageLosses.of(counts.counts().rows(), STAGES);
  }

  @Test
  void aStageThatDropsMoreThanHalfIsNamedWithReasonsAndThreeExamples() {
    documents("pile/A", 20, 8, "quality", "few");
    documents("pile/A", 0, 3, "quality", "other");

    EtlReport.Warning warning = warnings().get(0);

    assertEquals(1, warnings().size());
    assertEquals(
        "quality drops 11 of the 20 documents of pile/A that reach it: few 8, other 3",
        warning.text());
    assertEquals(3, warning.examples().size());
    assertTrue(warning.examples().get(0).contains("  few text "), warning.examples().get(0));
    assertEquals("warning: " + warning.text(), warning.lines().get(0));
  }

  @Test
  void halfIsNotMoreThanHalfAndFewDocumentsTellNothing() {
    documents("half", 20, 10, "quality", "few");
    documents("small", 9, 9, "quality", "few");

    assertEquals(List.of(), warnings());
  }

  @Test
  void theShareIsThatOfWhatReachesTheStage() {
    documents("a", 30, 15, "language", "other_language");
    documents("a", 0, 8, "quality", "few");

    assertEquals(
        "quality drops 8 of the 15 documents of a that reach it: few 8", warnings().get(0).text());
  }
}
