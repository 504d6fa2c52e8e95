package io.retromae.etl.clean;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.ConfigLoader;
import io.retromae.etl.language.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gopher verdicts against a published implementation's on the same texts. */
class QualityGoldenTest {
  private static final Path FILE =
      Path.of(System.getProperty("etl.golden.dir")).resolve("quality-en.jsonl");

  @Test
  void englishVerdictsAgree() throws IOException {
    GopherQuality.Settings limits =
        ConfigLoader.load(FilterSettings.class, List.of(), List.of()).value().gopherQuality();
    GopherQuality filter = new GopherQuality(limits);
    ObjectMapper json = new ObjectMapper();
    List<String> wrong = new ArrayList<>();
    List<String> clearlyWrong = new ArrayList<>();
    int total = 0;
    for (String line : Files.readAllLines(FILE)) {
      JsonNode document = json.readTree(line);
      JsonNode peer = document.at("/peer/gopher_quality");
      if (peer.path("reason").asText().startsWith("peer_error")) {
        continue;
      }
      Words words = Words.of(document.get("text").asText());
      var reason = filter.apply(new CleanDocument("test", Language.EN, words));
      total++;
      if (!(reason instanceof DocumentStage.Result.Dropped) != peer.get("keep").asBoolean()) {
        String id = document.get("id").asText();
        wrong.add(id + " theirs " + peer + " ours " + reason);
        if (document.path("near_threshold").isEmpty()) {
          clearlyWrong.add(id + " theirs " + peer + " ours " + reason);
        }
      }
    }

    assertTrue(wrong.size() <= 0.05 * total, total + " texts, wrong: " + wrong);
    assertEquals(List.of(), clearlyWrong);
  }
}
