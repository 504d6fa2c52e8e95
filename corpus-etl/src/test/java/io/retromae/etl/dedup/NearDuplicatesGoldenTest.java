package io.retromae.etl.dedup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.etl.language.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pairs of known similarity, through the whole deduplication. */
class NearDuplicatesGoldenTest {
  private static final Path GOLDEN = Path.of(System.getProperty("etl.golden.dir"));
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One run for all facts about a language. */
  private static final Map<Language, Golden> RUNS = new EnumMap<>(Language.class);

  /** Documents by id, what is known of them, and which of them were dropped. */
  private record Golden(Map<String, Integer> index, JsonNode truth, DedupRun.Found found) {
    static Golden run(Language language) throws IOException {
      if (!RUNS.containsKey(language)) {
        RUNS.put(language, runAnew(language));
      }
      return RUNS.get(language);
    }

    private static Golden runAnew(Language language) throws IOException {
      String name = language.toString().toLowerCase(Locale.ROOT);
      Map<String, Integer> index = new HashMap<>();
      List<String> texts = new ArrayList<>();
      Path documents = GOLDEN.resolve("near-dup-" + name + "-docs.jsonl");
      for (String line : Files.readAllLines(documents)) {
        JsonNode document = JSON.readTree(line);
        index.put(document.get("id").asText(), texts.size());
        texts.add(document.get("text").asText());
      }
      Path truth = GOLDEN.resolve("near-dup-" + name + "-truth.json");
      DedupRun.Found found = DedupRun.of(texts, language, DedupRun.settings());
      return new Golden(index, JSON.readTree(Files.readAllBytes(truth)), found);
    }

    /** Whether a document was dropped for whatever reason. */
    boolean dropped(JsonNode id) {
      int text = index.get(id.asText());
      return found.near().contains(text) || found.exact().contains(text);
    }

    boolean flagged(JsonNode pair) {
      return dropped(pair.get("a")) || dropped(pair.get("b"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EN", "ZH"})
  void similarPairsAreFound(Language language) throws IOException {
    Golden golden = Golden.run(language);
    int similar = 0;
    int flagged = 0;

    for (JsonNode pair : golden.truth().get("pairs")) {
      if (pair.get("jaccard5").asDouble() >= 0.8) {
        similar++;
        flagged += golden.flagged(pair) ? 1 : 0;
      }
    }

    assertTrue(flagged >= 0.97 * similar, flagged + " of " + similar);
  }

  @ParameterizedTest
  @EnumSource(names = {"EN", "ZH"})
  void dissimilarPairsAreNeverTogether(Language language) throws IOException {
    Golden golden = Golden.run(language);

    for (JsonNode pair : golden.truth().get("pairs")) {
      boolean dissimilar = pair.get("jaccard5").asDouble() < 0.5;
      assertTrue(!dissimilar || !golden.flagged(pair), pair.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EN", "ZH"})
  void backgroundIsNeverDropped(Language language) throws IOException {
    Golden golden = Golden.run(language);

    for (JsonNode id : golden.truth().get("background")) {
      assertTrue(!golden.dropped(id), id.asText());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EN", "ZH"})
  void verifiedPairsAreAllSimilarEnough(Language language) throws IOException {
    Golden golden = Golden.run(language);

    for (JsonNode pair : golden.truth().get("pairs")) {
      boolean similar = pair.get("jaccard5").asDouble() >= 0.7;
      assertTrue(similar || !golden.flagged(pair), pair.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EN", "ZH"})
  void ofAChainOneDocumentIsKept(Language language) throws IOException {
    Golden golden = Golden.run(language);

    for (JsonNode chain : golden.truth().get("chains")) {
      Set<String> kept = new HashSet<>();
      chain
          .get("ids")
          .forEach(id -> kept.addAll(golden.dropped(id) ? Set.of() : Set.of(id.asText())));
      assertEquals(1, kept.size(), kept.toString());
    }
  }
}
