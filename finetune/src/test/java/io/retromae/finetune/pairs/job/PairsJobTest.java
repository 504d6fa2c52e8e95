package io.retromae.finetune.pairs.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.encoder.SharedEncoder;
import io.retromae.embed.encoder.TextEncoder;
import io.retromae.finetune.pairs.make.Pair;
import io.retromae.spark.LocalSpark;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job on small inputs and on some of the samples. */
class PairsJobTest {
  private static final String[] NO_FILTERS = {
    "filters.language.enabled=false",
    "filters.gibberish.enabled=false",
    "filters.page_frames.enabled=false",
    "filters.gopher_quality.enabled=false",
    "filters.gopher_repetition.enabled=false",
    "filters.chinese_lines.enabled=false",
    "filters.chinese_quality.enabled=false",
    "filters.chinese_repetition.enabled=false"
  };

  @TempDir Path folder;

  private PairsRun small(String output, String records) throws IOException {
    Path input = Files.writeString(folder.resolve("in.json"), records);
    return PairsRun.into(folder.resolve(output))
        .with("inputs=[{path: '%s', format: wudao}]".formatted(input))
        .with(NO_FILTERS)
        .with("lengths.min_passage=4");
  }

  private static String record(String type, String title, String content) {
    return "{\"dataType\": \"%s\", \"title\": \"%s\", \"content\": \"%s\"}"
        .formatted(type, title, content);
  }

  private List<JsonNode> lines(String output, String set) throws IOException {
    Path file = folder.resolve(output).resolve("data/" + set + ".jsonl.gz");
    List<JsonNode> lines = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(new ObjectMapper().readTree(line));
      }
    }
    return lines;
  }

  @Test
  void everyRecordAndPairIsCountedOnce() throws IOException {
    String array =
        String.join(
            ",\n",
            record("医疗问答", "感冒怎么办？", "多喝水，好好休息。"),
            record("医疗问答", "感冒怎么办？", "多喝水，好好休息！"),
            record("医疗问答", "怎么办？", "不。"),
            record("医疗问答", "头疼吃什么药好？", "请到医院看医生。"),
            record("法律", "烟叶税法", "第一条 烟叶税的纳税人。\\n第二条 烟叶是烤烟叶。"),
            "{\"title\": \"no content\"}",
            "17");
    PairsRun run = small("out", "[" + array + "]").with("limits.max_quarantined_share=0.5");

    PairsReport report = run.run();

    assertEquals(7, report.records());
    assertEquals(Map.of("missing_text", 1L, "wrong_type", 1L), report.quarantined());
    assertEquals(5, report.counts().allDocuments());
    assertEquals(
        Map.of("written", 2L, "duplicate", 1L, "passage_short", 1L),
        report.counts().pairs().get("wudao-medical-title"));
    List<JsonNode> law = lines("out", "wudao-law-article");
    assertEquals(2, law.size());
    assertEquals("烟叶税法 第一条", law.get(0).path("query").asText());
    assertEquals("[\"烟叶税的纳税人。\"]", law.get(0).path("pos").toString());
    assertEquals("wudao/法律", law.get(0).path("source").asText());
    assertFalse(Files.exists(folder.resolve("out/_work")));
    assertTrue(Files.readString(folder.resolve("out/report/report.md")).contains("passage_short"));
    assertEquals(report.counts(), run.run().counts(), "finished, so only reported");
  }

  @Test
  void aQueryHasSoManyPairsWhateverTheirPlaces() throws IOException {
    List<String> records = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      records.add(record("医疗问答", i % 2 == 0 ? "感冒怎么办？" : "感冒怎么办！", "多喝水，第%d种。".formatted(i)));
      records.add(record("百科", "感冒怎么办？", "百科的第%d种。".formatted(i)));
    }
    records.add(record("医疗问答", "头疼吃什么药好？", "请到医院看医生。"));
    records.add(record("医疗问答", "感冒怎么办？", "多喝水，第0种！"));

    PairsReport report =
        small("out", "[" + String.join(",", records) + "]").with("max_pairs_per_query=4").run();
    Collections.reverse(records);
    small("reverse", "[" + String.join(",", records) + "]").with("max_pairs_per_query=4").run();
    PairsReport all =
        small("all", "[" + String.join(",", records) + "]").with("max_pairs_per_query=0").run();

    String set = "wudao-medical-title";
    assertEquals(
        Map.of("written", 5L, "duplicate", 1L, "frequent_query", 5L),
        report.counts().pairs().get(set));
    assertEquals(
        Map.of("written", 4L, "frequent_query", 5L),
        report.counts().pairs().get("wudao-encyclopedia-title"));
    assertEquals(passages("out", set), passages("reverse", set));
    assertEquals(10L, all.counts().pairs().get(set).get("written"));
  }

  /** Letters of the passages: which of two equal pairs stays, depends on ids. */
  private Set<String> passages(String output, String set) throws IOException {
    Set<String> passages = new TreeSet<>();
    lines(output, set).forEach(l -> passages.add(l.path("pos").toString().replaceAll("[！。]", "")));
    return passages;
  }

  @Test
  void twoSourcesOfOneDataSetAreRefusedBeforeTheRestOfTheWork() throws IOException {
    String array = record("医疗问答", "感冒怎么办？", "多喝水。") + "," + record("x", "头疼？", "请看医生。");
    PairsRun run =
        small("out", "[" + array + "]")
            .with(
                "rules=[{source: wudao, kinds: [title], name: a},"
                    + " {source: wudao/医疗问答, kinds: [title], name: a-x}]");

    var refusal = assertThrows(ConfigException.class, run::run);

    assertTrue(refusal.getMessage().contains("data set a-x-title"), refusal.getMessage());
    assertFalse(Files.exists(folder.resolve("out/_work/dropped")), "nothing was compared");
  }

  @Test
  void documentsAndTextsOfBenchmarksAreKeptOut() throws IOException {
    Path bench = Files.createDirectories(folder.resolve("bench"));
    String long1 = "这是一个很长的句子用来检查基准测试的文本不会进入训练的数据里面去。";
    Files.writeString(bench.resolve("queries.jsonl"), "{\"_id\": \"q1\", \"text\": \"头疼？\"}\n");
    Files.writeString(
        bench.resolve("corpus.jsonl"),
        "{\"_id\": \"d1\", \"title\": \"\", \"text\": \"%s\"}\n".formatted(long1));
    String array =
        String.join(
            ",",
            record("医疗问答", "头疼？", "请到医院看医生。"),
            record("医疗问答", "长句", long1),
            record("医疗问答", "混合", "一二三四五六七八九十。" + long1 + "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥。"),
            record("医疗问答", "咳嗽怎么办？", "多喝水，好好休息。"));
    PairsRun run =
        small("out", "[" + array + "]")
            .with(
                "decontaminate.sets=[{name: b, path: '%s', parts: [queries, passages]}]"
                    .formatted(bench));

    PairsReport report = run.run();

    assertEquals(
        Map.of("benchmark_query", 1L, "benchmark_passage", 1L, "written", 2L),
        report.counts().pairs().get("wudao-medical-title"));
    assertEquals(1L, report.notes().get("benchmark_sentences_removed"));
    for (JsonNode line : lines("out", "wudao-medical-title")) {
      assertFalse(line.toString().contains("基准测试"), line.toString());
    }
  }

  @Test
  void aThirdModelDropsPairsThatItFindsUnlike() throws IOException {
    Path model = Path.of(System.getProperty("finetune.golden.dir"), "tiny");
    List<String> words =
        Files.readAllLines(model.resolve("vocab.txt")).stream()
            .filter(word -> word.matches("[a-z]+"))
            .toList();
    List<String> records = new ArrayList<>();
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      String query = words.get(7 * i % words.size()) + " " + words.get(5 * i % words.size());
      String passage = words.get(3 * i % words.size()) + " and " + words.get(i % words.size());
      records.add(record("医疗问答", query + " " + i, passage + " " + i));
      pairs.add(new Pair(query + " " + i, passage + " " + i));
    }
    double[] cosines = cosines(model, pairs);
    double[] sorted = cosines.clone();
    Arrays.sort(sorted);
    double limit = (sorted[9] + sorted[10]) / 2;

    PairsReport report =
        small("out", "[" + String.join(",", records) + "]")
            .with("consistency.model=" + model, "consistency.min_similarity=" + limit)
            .run();

    List<String> expected = new ArrayList<>();
    for (int i = 0; i < cosines.length; i++) {
      if (cosines[i] > limit) {
        expected.add(pairs.get(i).query());
      }
    }
    assertEquals(11, expected.size());
    assertEquals(
        expected,
        lines("out", "wudao-medical-title").stream().map(l -> l.path("query").asText()).toList());
    assertEquals(
        Map.of("unlike", 10L, "written", 11L), report.counts().pairs().get("wudao-medical-title"));
    assertEquals(21, Arrays.stream(report.cosines().get("wudao-medical-title")).sum());
  }

  private static double[] cosines(Path model, List<Pair> pairs) {
    EncoderFolder folder = EncoderFolder.open(PairsRun.STORAGE, model.toString());
    try (TextEncoder encoder =
        SharedEncoder.acquire(PairsRun.STORAGE, folder.spec(EncoderOptions.DEFAULTS))) {
      return new Similarity(encoder).of(pairs);
    }
  }

  @Test
  void anyNumberOfTasksAtOnceGivesTheSameBytes() throws IOException {
    PairsRun two = PairsRun.ofSamples(folder.resolve("two"));
    PairsReport report = two.run();
    assertTrue(report.counts().pairsOf("written") > 500, report.counts().toString());
    for (int slots : new int[] {1, 4}) {
      PairsRun other = PairsRun.ofSamples(folder.resolve("out" + slots));
      try (JavaSparkContext spark = LocalSpark.alone(LocalSpark.conf("local[" + slots + "]"))) {
        other.run(spark);
      }
      assertEquals(two.hashes(), other.hashes());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 9})
  void aKilledJobGoesOn(int tasks) throws Exception {
    PairsRun undisturbed = PairsRun.ofSamples(folder.resolve("undisturbed"));
    undisturbed.run();
    PairsRun killed = PairsRun.ofSamples(folder.resolve("killed"));

    kill(killed, tasks);
    killed.run();

    assertEquals(undisturbed.hashes(), killed.hashes());
    assertFalse(Files.exists(folder.resolve("killed/_work")));
  }

  /** Runs the job in its own process and kills it when so many tasks have ended. */
  private static void kill(PairsRun run, int tasks) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx1g", "-Dretromae.root=" + PairsRun.ROOT));
    java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(PairsRun.class.getName());
    command.addAll(run.settings());
    Process job =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    int ended = 0;
    try (BufferedReader lines = job.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        ended += line.equals(PairsRun.TASK) ? 1 : 0;
        if (ended == tasks) {
          job.destroyForcibly(); // SIGKILL
        }
      }
    } catch (IOException e) {
      assertTrue(ended >= tasks, "the stream breaks only by the kill: " + e);
    }
    job.waitFor();
    assertTrue(ended >= tasks, "it ended before it could be killed");
  }

  @Test
  void whatGivesNoPairIsRefusedWithAReport() throws IOException {
    PairsRun run = small("out", "[" + record("医疗问答", "头疼？", "不。") + "]");

    var failure = assertThrows(CorruptDataException.class, run::run);

    assertTrue(failure.getMessage().contains("no pair is left of 1 records"), failure.getMessage());
    assertTrue(failure.getMessage().contains("passage_short"), failure.getMessage());
    assertTrue(Files.exists(folder.resolve("out/report/report.md")));
    assertFalse(Files.exists(folder.resolve("out/_SUCCESS.json")));
  }

  @Test
  void tooManyBadRecordsAndMissingInputsAreRefused() throws IOException {
    PairsRun bad = small("out", "[17, 18, " + record("医疗问答", "头疼？", "请到医院看医生。") + "]");
    assertThrows(CorruptDataException.class, bad::run);
    PairsRun missing =
        PairsRun.into(folder.resolve("x"))
            .with("inputs=[{path: '%s/none', format: wudao}]".formatted(folder));
    assertThrows(ConfigException.class, missing::run);
    assertThrows(
        ConfigException.class,
        () -> PairsRun.ofSamples(folder.resolve("y")).with("consistency.model=/none").run());
  }
}
