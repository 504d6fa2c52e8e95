package io.retromae.finetune.mine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.output.OutputMode;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.encoder.Place;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.encoder.TextEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pairs become pairs with hard negatives. */
class MiningJobTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] WORDS = {"天", "地", "人", "ka", "keki", "lo", "书", "文", "山", "水"};

  @TempDir Path folder;

  private static String text(Random random, int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
    }
    return text.toString();
  }

  /** Lines of made-up texts, some of which are equal. */
  private static List<ObjectNode> pairs(long seed, int count) {
    Random random = new Random(seed);
    List<ObjectNode> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ObjectNode line = JSON.createObjectNode().put("id", i).put("query", text(random, 3));
      ArrayNode positives = line.putArray("pos");
      IntStream.range(0, 1 + random.nextInt(2)).forEach(p -> positives.add(text(random, 4)));
      ArrayNode negatives = line.putArray("neg");
      IntStream.range(0, random.nextInt(3)).forEach(n -> negatives.add(text(random, 4)));
      lines.add(line);
    }
    return lines;
  }

  private Path write(String name, List<ObjectNode> lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
      for (ObjectNode line : lines) {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  private MineRun job(String output) {
    return MineRun.into(folder.resolve(output)).with("scores=true", "range_for_sampling=0-30");
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  /** Cosines of texts by the model, computed here. */
  private static final class Cosines {
    private final Map<String, float[]> vectors = new HashMap<>();

    Cosines(Set<String> texts) throws IOException {
      List<String> all = List.copyOf(texts);
      try (TextEncoder encoder =
          SharedEncoder.acquire(
              MineRun.STORAGE,
              EncoderFolder.open(MineRun.STORAGE, MineRun.MODEL.toString())
                  .spec(EncoderOptions.DEFAULTS),
              Place.here())) {
        float[][] found = encoder.encode(all);
        IntStream.range(0, found.length).forEach(i -> vectors.put(all.get(i), found[i]));
      }
    }

    double of(String a, String b) {
      float[] x = vectors.get(a);
      float[] y = vectors.get(b);
      return dot(x, y) / Math.sqrt(dot(x, x)) / Math.sqrt(dot(y, y));
    }

    private static double dot(float[] a, float[] b) {
      return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
    }
  }

  @Test
  void negativesAreTheBestOfAllButThoseThatScoreLikePositives() throws IOException {
    List<ObjectNode> lines = pairs(1, 60);
    Path file = write("train.jsonl", lines);

    MineRun done = job("out").input(file).with("strategy=top", "negative_number=5").run();

    Set<String> documents = new LinkedHashSet<>();
    Set<String> all = new LinkedHashSet<>();
    Map<String, Set<String>> positives = new HashMap<>();
    for (ObjectNode line : lines) {
      documents.addAll(texts(line.get("pos")));
      documents.addAll(texts(line.get("neg")));
      all.add(line.get("query").asText());
      positives
          .computeIfAbsent(line.get("query").asText(), q -> new LinkedHashSet<>())
          .addAll(texts(line.get("pos")));
    }
    all.addAll(documents);
    Cosines cosines = new Cosines(all);
    List<JsonNode> mined = done.lines("train.jsonl");
    assertEquals(lines.size(), mined.size());
    int short0 = 0;
    for (int i = 0; i < lines.size(); i++) {
      String query = lines.get(i).get("query").asText();
      Set<String> its = positives.get(query);
      double lowest = its.stream().mapToDouble(p -> cosines.of(query, p)).min().orElseThrow();
      List<String> expected =
          documents.stream()
              .sorted(Comparator.comparingDouble((String d) -> -cosines.of(query, d)))
              .limit(30)
              .filter(d -> !its.contains(d) && !d.equals(query))
              .filter(d -> cosines.of(query, d) <= lowest - Math.abs(lowest) * 0.05)
              .limit(5)
              .toList();
      assertEquals(expected, texts(mined.get(i).get("neg")), "line " + i);
      assertEquals(lines.get(i).get("id"), mined.get(i).get("id"));
      assertEquals(lines.get(i).get("pos"), mined.get(i).get("pos"));
      for (int n = 0; n < expected.size(); n++) {
        assertEquals(
            cosines.of(query, expected.get(n)),
            mined.get(i).get("mined_neg_scores").get(n).asDouble(),
            1e-6);
      }
      short0 += expected.size() < 5 ? 1 : 0;
      for (int p = 0; p < lines.get(i).get("pos").size(); p++) {
        assertEquals(
            cosines.of(query, lines.get(i).get("pos").get(p).asText()),
            mined.get(i).get("mined_pos_scores").get(p).asDouble(),
            1e-6);
      }
    }
    assertTrue(short0 > 0);
    assertTrue(Files.readString(folder.resolve("out/report.md")).contains("relative_margin"));
    assertFalse(Files.exists(folder.resolve("out/_work")));
  }

  @Test
  void countsOfTheReportAddUp() throws IOException {
    Path file = write("train.jsonl", pairs(2, 50));

    JsonNode report = job("out").input(file).run().json("report.json");

    long dropped =
        StreamSupport.stream(report.get("dropped").spliterator(), false)
            .mapToLong(JsonNode::asLong)
            .sum();
    assertEquals(report.get("looked").asLong(), dropped + report.get("left").asLong());
    assertEquals(report.get("queries").asLong() * 30, report.get("looked").asLong());
    assertEquals(
        report.get("negatives").asLong(), report.get("negativeScore").get("count").asLong());
    assertEquals(50, report.get("lines").asLong());
  }

  @Test
  void filledQueriesHaveNeitherPositivesNorThemselvesNorRepeats() throws IOException {
    List<ObjectNode> lines = pairs(3, 40);
    Path file = write("train.jsonl", lines);

    List<JsonNode> mined =
        job("out").input(file).with("fill=random", "negative_number=20").run().lines("train.jsonl");

    boolean filled = false;
    Set<String> all = new LinkedHashSet<>();
    for (JsonNode line : mined) {
      all.add(line.get("query").asText());
      all.addAll(texts(line.get("pos")));
      all.addAll(texts(line.get("neg")));
    }
    Cosines cosines = new Cosines(all);
    for (JsonNode line : mined) {
      List<String> negatives = texts(line.get("neg"));
      String query = line.get("query").asText();
      double lowest =
          texts(line.get("pos")).stream()
              .mapToDouble(p -> cosines.of(query, p))
              .min()
              .orElseThrow();
      double most = lowest - Math.abs(lowest) * 0.05 + 1e-6;
      assertTrue(negatives.stream().allMatch(n -> cosines.of(query, n) <= most), query);
      assertEquals(negatives.size(), Set.copyOf(negatives).size());
      assertFalse(negatives.contains(line.get("query").asText()));
      assertTrue(texts(line.get("pos")).stream().noneMatch(negatives::contains));
      JsonNode scores = line.get("mined_neg_scores");
      assertEquals(negatives.size(), scores.size());
      filled |= scores.size() == 20 && scores.get(19).isNull();
    }
    assertTrue(filled);
  }

  @Test
  void queriesWhoseBestAreAllTooCloseAreFilledUpWithWhatIsNot() throws IOException {
    Path file = write("train.jsonl", pairs(3, 120));
    MineRun narrow = job("out").input(file).with("range_for_sampling=0-3", "negative_number=4");

    JsonNode filled = narrow.with("fill=random").run().json("report.json");

    assertTrue(filled.get("filled").asInt() > 0);
    Set<String> all = new LinkedHashSet<>();
    List<JsonNode> mined = narrow.lines("train.jsonl");
    for (JsonNode line : mined) {
      all.add(line.get("query").asText());
      all.addAll(texts(line.get("pos")));
      all.addAll(texts(line.get("neg")));
    }
    Cosines cosines = new Cosines(all);
    int whole = 0;
    for (JsonNode line : mined) {
      String query = line.get("query").asText();
      double lowest =
          texts(line.get("pos")).stream()
              .mapToDouble(p -> cosines.of(query, p))
              .min()
              .orElseThrow();
      double most = lowest - Math.abs(lowest) * 0.05 + 1e-6;
      List<String> negatives = texts(line.get("neg"));
      assertTrue(negatives.stream().allMatch(n -> cosines.of(query, n) <= most), query);
      assertEquals(negatives.size(), Set.copyOf(negatives).size());
      JsonNode scores = line.get("mined_neg_scores");
      whole += scores.size() == 4 && scores.get(0).isNull() ? 1 : 0;
    }
    assertTrue(whole > 0, "no query whose three best are too close was filled up whole");
  }

  @Test
  void nearCopiesOfAPositiveAreLeftOutOnRequest() throws IOException {
    Random random = new Random(21);
    String positive = text(random, 60);
    String copy = positive.replaceFirst("ka", "lo") + " 天";
    ObjectNode line = JSON.createObjectNode().put("query", "ka keki");
    line.putArray("pos").add(positive);
    line.putArray("neg").add(copy).add(positive.replace(" ", ", ") + "!").add(text(random, 60));
    Path file = write("train.jsonl", List.of(line));

    MineRun kept = job("kept").input(file).with("relative_margin=null").run();
    MineRun dropped =
        job("dropped").input(file).with("relative_margin=null", "near_duplicates=drop").run();

    assertEquals(3, kept.lines("train.jsonl").get(0).get("neg").size());
    assertEquals(
        List.of(line.get("neg").get(2).asText()),
        texts(dropped.lines("train.jsonl").get(0).get("neg")));
    assertEquals(2, dropped.json("report.json").get("dropped").get("near_duplicate").asInt());
    assertTrue(dropped.console().contains("copies   3 texts"), dropped.console());
  }

  @Test
  void aPoolIsSearchedInPlaceOfTheInputsPassages() throws IOException {
    Path file = write("train.jsonl", pairs(4, 20));
    Random random = new Random(9);
    Set<String> pool = new LinkedHashSet<>();
    IntStream.range(0, 100).forEach(i -> pool.add(text(random, 5)));
    List<ObjectNode> documents =
        Stream.concat(pool.stream(), pool.stream())
            .map(t -> JSON.createObjectNode().put("text", t))
            .toList();
    Path searched = write("pool.jsonl", documents);

    MineRun done =
        job("out")
            .input(file)
            .with("pool=[{path: '%s'}]".formatted(searched), "relative_margin=null")
            .run();

    for (JsonNode line : done.lines("train.jsonl")) {
      assertEquals(15, line.get("neg").size());
      assertTrue(pool.containsAll(texts(line.get("neg"))));
      assertEquals(line.get("pos").size(), line.get("mined_pos_scores").size());
    }
    assertEquals(pool.size(), done.json("report.json").get("documents").asInt());
    assertTrue(done.json("report.json").get("positivesOutside").asInt() > 0);
  }

  @Test
  void everyFileBecomesOneOfItsNameCompressedAlike() throws IOException {
    write("in/a/train.jsonl.gz", pairs(5, 12));
    write("in/b_no_in_batch_neg.json", pairs(6, 7));

    MineRun done = job("out").input(folder.resolve("in")).run();

    assertEquals(Set.of("a/train.jsonl.gz", "b_no_in_batch_neg.jsonl"), done.hashes().keySet());
    assertEquals(12, done.lines("a/train.jsonl.gz").size());
    assertEquals(7, done.lines("b_no_in_batch_neg.jsonl").size());
  }

  @Test
  void finishedLinesStayAsTheyAreAndOtherSettingsAreRefused() throws IOException {
    Path file = write("train.jsonl", pairs(7, 12));
    Map<String, String> hashes = job("out").input(file).run().hashes();

    MineRun again = job("out").input(file).run();

    assertTrue(again.console().contains("finished already"), again.console());
    assertEquals(hashes, again.hashes());
    MineRun other = job("out").input(file).with("negative_number=3");
    assertThrows(ConfigException.class, other::run);
    other.run(MineRun.shared(), OutputMode.OVERWRITE);
    assertEquals(3, other.lines("train.jsonl").get(0).get("neg").size());
  }

  @Test
  void finishedLinesOfOtherFilesAreRefusedAndLeftoversDeleted() throws IOException {
    List<ObjectNode> lines = pairs(9, 12);
    Path file = write("train.jsonl", lines);
    job("out").input(file).run();
    Path left = folder.resolve("out/lines/.train.jsonl.staged-" + new UUID(0, 0));
    Files.writeString(left, "{");
    Path deeper = folder.resolve("out/lines/of/another/start.jsonl");
    Files.createDirectories(deeper.getParent());
    Files.writeString(deeper, "{");
    assertTrue(Files.exists(folder.resolve("out/lines/train.jsonl")));

    job("out").input(file).run();
    assertFalse(Files.exists(left));
    assertFalse(Files.exists(deeper));

    lines.get(0).put("id", 1234);
    write("train.jsonl", lines);
    ConfigException refused =
        assertThrows(ConfigException.class, () -> job("out").input(file).run());
    assertTrue(refused.getMessage().contains("from other inputs"), refused.getMessage());
  }

  @Test
  void badLinesAreNamedOrCounted() throws IOException {
    Path file = write("train.jsonl", pairs(8, 12));
    Files.writeString(file, Files.readString(file) + "{\"query\": \"ka\", \"pos\": []}\n");

    CorruptDataException refused =
        assertThrows(CorruptDataException.class, () -> job("out").input(file).run());
    assertTrue(refused.getMessage().contains("train.jsonl, line 13"), refused.getMessage());

    MineRun done = job("out").input(file).with("bad_records=skip").run();
    assertEquals(12, done.lines("train.jsonl").size());
    assertEquals(1, done.json("report.json").get("refused").get("no_positive").asInt());
  }
}
