package io.retromae.etl.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.hash.Sha256;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.text.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** English verdicts against a published implementation's on the same texts. */
class QualityGoldenTest {
  private static final Path FILE =
      Path.of(System.getProperty("etl.golden.dir")).resolve("quality-en.jsonl");

  /** Words are counted as that implementation does. */
  private static final String WORDS = "words=tokens";

  @Test
  void gopherQualityVerdictsAgree() throws IOException {
    assertVerdictsAgree(new GopherQuality(Rules.settings(GopherQuality.Settings.class, WORDS)));
  }

  @Test
  void gopherRepetitionVerdictsAgree() throws IOException {
    assertVerdictsAgree(
        new GopherRepetition(Rules.settings(GopherRepetition.Settings.class, WORDS)));
  }

  @Test
  void c4QualityVerdictsAgree() throws IOException {
    assertVerdictsAgree(new C4Quality(Rules.settings(C4Quality.Settings.class)));
  }

  @Test
  void finewebQualityVerdictsAgree() throws IOException {
    assertVerdictsAgree(new FineWebQuality(Rules.settings(FineWebQuality.Settings.class)));
  }

  @Test
  void c4LeavesTheSameText() throws IOException {
    DocumentStage stage = new C4Quality(Rules.settings(C4Quality.Settings.class));
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    try (Stream<String> lines = Files.lines(FILE)) {
      for (String line : (Iterable<String>) lines::iterator) {
        JsonNode document = new ObjectMapper().readTree(line);
        JsonNode hash = document.at("/peer/c4_quality/text_sha256");
        DocumentStage.Result result = stage.apply(document(document));
        if (hash.isTextual() && !(result instanceof DocumentStage.Result.Dropped)) {
          boolean changed = result instanceof DocumentStage.Result.Changed;
          CleanDocument left =
              changed ? ((DocumentStage.Result.Changed) result).document() : document(document);
          compared++;
          if (!hash.asText().equals(Sha256.of(left.text()))) {
            wrong.add(document.get("id").asText());
          }
        }
      }
    }

    assertTrue(compared > 0, "no text compared in " + FILE);
    assertEquals(List.of(), wrong);
  }

  /** All alike where no measure is near its limit, 95 % of all texts. */
  private static void assertVerdictsAgree(DocumentStage stage) throws IOException {
    List<String> wrong = new ArrayList<>();
    List<String> clearlyWrong = new ArrayList<>();
    int total = 0;
    try (Stream<String> lines = Files.lines(FILE)) {
      for (String line : (Iterable<String>) lines::iterator) {
        JsonNode document = new ObjectMapper().readTree(line);
        JsonNode peer = document.get("peer").get(stage.name());
        DocumentStage.Result result = stage.apply(document(document));
        if (peer.path("reason").asText().startsWith("peer_error")) {
          continue; // any verdict will do, but no exception
        }
        total++;
        boolean kept = !(result instanceof DocumentStage.Result.Dropped);
        if (kept != peer.get("keep").asBoolean()) {
          String what = document.get("id").asText() + " theirs " + peer + " ours " + result;
          wrong.add(what);
          if (document.path("near_threshold").isEmpty()) {
            clearlyWrong.add(what);
          }
        }
      }
    }

    assertTrue(wrong.size() <= 0.05 * total, total + " texts, wrong: " + wrong);
    assertEquals(List.of(), clearlyWrong);
  }

  private static CleanDocument document(JsonNode document) {
    return new CleanDocument("test", Language.EN, Words.of(document.get("text").asText()));
  }
}
