package io.retromae.etl.clean;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** All stages on Chinese texts against a published implementation with segmented words. */
class ChineseQualityGoldenTest {
  private static final Path FILE =
      Path.of(System.getProperty("etl.golden.dir")).resolve("quality-zh.jsonl");

  private static final Set<String> JUNK = Set.of("广告", "乱码", "空壳");

  /** Signs are counted as that implementation does, and its limits are not loosened. */
  private static final String[] AS_PUBLISHED = {
    "overrides=[]",
    "page_frames.enabled=false",
    "gibberish.enabled=false",
    "chinese_quality.signs_are_units=true",
    "chinese_quality.min_units_with_letter=0.835",
    "chinese_quality.min_han_share=0.6",
    "chinese_quality.min_verse_function_share=1",
    "chinese_quality.min_stop_words=2",
    "chinese_quality.min_lines=0",
    "chinese_repetition.max_duplicate_lines=0.287",
    "chinese_repetition.max_duplicate_line_characters=0.1",
    "chinese_repetition.max_repeated_ngrams=[0.198, 0.182, 0.167, 0.154, 0.14, 0.127]"
  };

  @Test
  void verdictsAgreeWithoutLimitsOfSingleSources() throws IOException {
    Verdicts published = new Verdicts(AS_PUBLISHED);
    List<String> wrong = new ArrayList<>();
    List<JsonNode> documents = documents();
    for (JsonNode document : documents) {
      String verdict = verdict(published, document);
      if (verdict.equals("kept") != keptByPeer(document)) {
        wrong.add(describe(document, verdict));
      }
    }

    assertTrue(wrong.size() <= 0.05 * documents.size(), documents.size() + ", wrong: " + wrong);
  }

  @Test
  void limitsOfSingleSourcesKeepPoemsAndMoreStatutes() throws IOException {
    Verdicts standard = new Verdicts();
    Verdicts uniform = new Verdicts(AS_PUBLISHED);
    Map<String, int[]> kept = new TreeMap<>();
    List<String> poems = new ArrayList<>();
    for (JsonNode document : documents()) {
      String verdict = verdict(standard, document);
      int[] counts = kept.computeIfAbsent(source(document), s -> new int[3]);
      counts[0]++;
      counts[1] += verdict.equals("kept") ? 1 : 0;
      counts[2] += verdict(uniform, document).equals("kept") ? 1 : 0;
      if (source(document).equals("诗词") && !verdict.equals("kept")) {
        poems.add(describe(document, verdict));
      }
    }

    assertEquals(List.of(), poems);
    int[] statutes = kept.getOrDefault("法律", new int[3]);
    assertTrue(statutes[1] >= statutes[2], "statutes kept " + statutes[1] + " < " + statutes[2]);
  }

  @Test
  void junkIsDropped() throws IOException {
    Verdicts verdicts = new Verdicts();
    List<String> kept = new ArrayList<>();
    for (JsonNode document : documents()) {
      String verdict = verdict(verdicts, document);
      if (JUNK.contains(source(document)) && verdict.equals("kept")) {
        kept.add(describe(document, verdict));
      }
    }

    assertEquals(List.of(), kept);
  }

  private static List<JsonNode> documents() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> documents = new ArrayList<>();
    for (String line : Files.readAllLines(FILE)) {
      documents.add(json.readTree(line));
    }
    return documents;
  }

  private static String verdict(Verdicts verdicts, JsonNode document) {
    return verdicts.of("wudao/" + source(document), document.get("text").asText());
  }

  private static boolean keptByPeer(JsonNode document) {
    for (JsonNode filter : document.get("peer")) {
      if (!filter.get("keep").asBoolean()) {
        return false;
      }
    }
    return true;
  }

  private static String source(JsonNode document) {
    return document.get("source").asText();
  }

  private static String describe(JsonNode document, String verdict) {
    return document.get("id").asText() + " " + source(document) + " ours " + verdict;
  }
}
