package io.retromae.etl.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.shard.MixtureSource;
import io.retromae.core.shard.Sample;
import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardReader;
import io.retromae.etl.report.EtlReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the job leaves out: copies, near copies, benchmarks, lines that all documents share. */
class EtlWithholdingTest {
  private static final Path ROOT = Path.of(System.getProperty("retromae.root"));
  private static final List<String> WORDS =
      List.of(
          ("the be to of and that have with river stone garden winter letter window music village"
                  + " harbour engine forest silver captain morning paper bridge shadow market field"
                  + " doctor summer kitchen mountain valley weather soldier teacher island ocean"
                  + " travel history science language picture question answer evening station")
              .split(" "));
  private static final String NOTICE = "Subscribe to our weekly letter and share it with a friend.";
  private static final String QUERY =
      "which captain crossed the frozen harbour before the second winter of the great northern war";

  @TempDir static Path folder;

  private static List<String> words(Random random, int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(WORDS.get(random.nextInt(WORDS.size())));
    }
    return words;
  }

  /** Sentences of ten words, two hundred words in all. */
  private static String text(List<String> words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words.size(); i++) {
      text.append(words.get(i)).append(i % 10 == 9 ? ". " : " ");
    }
    return text.toString().strip();
  }

  private static void write(String file, String set, List<String> texts) throws IOException {
    String lines =
        texts.stream()
            .map(text -> text.replace("\n", "\\n"))
            .map(
                text ->
                    "{\"text\": \"%s\", \"meta\": {\"pile_set_name\": \"%s\"}}"
                        .formatted(text, set))
            .collect(Collectors.joining("\n"));
    Files.createDirectories(folder.resolve(file).getParent());
    Files.writeString(folder.resolve(file), lines + "\n");
  }

  private static EtlReport run(String raw, String output, String... more) {
    return EtlRun.into(folder.resolve(output))
        .input(folder.resolve(raw), "pile")
        .with("filters.language.enabled=false", "filters.page_frames.enabled=false")
        .with("filters.gibberish.enabled=false") // these texts are random words
        .with("packing.max_seq_length=512")
        .with(more)
        .run();
  }

  private static Set<String> documents(String output) throws IOException {
    Set<String> documents = new HashSet<>();
    for (ShardEntry shard : EtlRun.manifest(folder.resolve(output)).shards()) {
      try (ShardReader reader =
          ShardReader.open(EtlRun.STORAGE, folder.resolve(output).toString(), shard)) {
        for (int group = 0; group < shard.rowGroups().size(); group++) {
          reader.readSamples(group).stream().map(Sample::documentId).forEach(documents::add);
        }
      }
    }
    return documents;
  }

  @Test
  void copiesAndNearCopiesAreDroppedTheLongestIsKept() throws IOException {
    Random random = new Random(1);
    List<String> originals = new ArrayList<>();
    List<String> copies = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      List<String> words = words(random, 200);
      originals.add(text(words));
      List<String> near = new ArrayList<>(words);
      near.addAll(List.of("and", "that", "have", "been", "longer"));
      copies.add(i < 20 ? text(words) : text(near));
    }
    write("copies/a.jsonl", "FreeLaw", originals);
    write("copies/b.jsonl", "FreeLaw", copies);

    EtlReport report = run("copies", "copies-out");

    assertEquals(20, report.counts().documents("exact_dedup"), report.funnel());
    assertEquals(
        20, report.counts().documents("near_dedup"), report.funnel() + report.duplicates());
    assertEquals(40, report.counts().documents("packed"));
    long droppedBytes =
        report.counts().rows().stream()
            .filter(row -> row.stage().equals("near_dedup"))
            .mapToLong(row -> row.measure().bytes())
            .sum();
    long originalBytes = originals.subList(20, 40).stream().mapToLong(String::length).sum();
    assertEquals(originalBytes, droppedBytes, "the shorter one of each pair is dropped");
    assertEquals(40, documents("copies-out").size());
    assertEquals(20L, report.duplicates().get("clusters of 2 to 3 documents"));
    assertFalse(report.clusters().get(0).examples().isEmpty());
  }

  @Test
  void sentencesOfBenchmarksAreRemovedAndReported() throws IOException {
    Random random = new Random(2);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String clean = text(words(random, 200));
      texts.add(i < 5 ? clean + " " + QUERY.toUpperCase(java.util.Locale.ROOT) + "!" : clean);
    }
    write("leak/a.jsonl", "Pile-CC", texts);
    Files.createDirectories(folder.resolve("bench"));
    Files.writeString(
        folder.resolve("bench/queries.jsonl"),
        "{\"_id\": \"q1\", \"text\": \"%s\"}%n".formatted(QUERY));
    String sets = "decontaminate.sets=[{name: beir/test, path: '%s'}]";

    EtlReport report = run("leak", "leak-out", sets.formatted(folder.resolve("bench")));
    EtlReport without = run("leak", "leak-kept");

    assertEquals(1, report.contamination().size());
    assertEquals("beir/test queries", report.contamination().get(0).task());
    assertEquals(5, report.contamination().get(0).documents());
    assertEquals(5, report.contamination().get(0).sentences());
    assertEquals(30, report.counts().documents("packed"), report.funnel());
    assertTrue(report.tokens() < without.tokens(), "the sentences are gone");
  }

  @Test
  void documentsAreHeldOutByTheirIds() throws IOException {
    Random random = new Random(5);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      texts.add(text(words(random, 200)));
    }
    write("hold/a.jsonl", "FreeLaw", texts);
    run("hold", "hold-kept");
    List<String> ids = documents("hold-kept").stream().sorted().limit(5).toList();
    Files.writeString(folder.resolve("ids.txt"), String.join("\n\n", ids));

    EtlReport report =
        run("hold", "hold-out", "hold_out=['%s']".formatted(folder.resolve("ids.txt")));

    assertEquals(5, report.counts().documents("hold_out"), report.funnel());
    assertEquals(25, report.counts().documents("packed"));
    assertTrue(documents("hold-out").stream().noneMatch(ids::contains));
  }

  @Test
  void aListOfOtherDocumentsEarnsAWarning() throws IOException {
    write("other/a.jsonl", "FreeLaw", List.of(text(words(new Random(6), 200))));
    Files.writeString(folder.resolve("others.txt"), "0123456789abcdef0123456789abcdef\n");

    EtlReport report =
        run("other", "other-out", "hold_out=['%s']".formatted(folder.resolve("others.txt")));

    assertTrue(
        report.warnings().stream()
            .anyMatch(w -> w.text().contains("none of its 1 documents was found")),
        report.warnings().toString());
  }

  @Test
  void aLineThatIsNoIdIsRefused() throws IOException {
    write("typo/a.jsonl", "FreeLaw", List.of(text(words(new Random(7), 200))));
    Files.writeString(folder.resolve("typo.txt"), "0123456789abcdef0123456789abcdef\nq-17\n");

    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> run("typo", "typo-out", "hold_out=['%s']".formatted(folder.resolve("typo.txt"))));

    assertTrue(e.getMessage().contains("typo.txt line 2: 'q-17'"), e.getMessage());
  }

  @Test
  void linesThatAllDocumentsShareAreRemoved() throws IOException {
    Random random = new Random(3);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      texts.add(text(words(random, 200)) + "\n" + NOTICE);
    }
    write("lines/a.jsonl", "Pile-CC", texts);

    EtlReport report = run("lines", "lines-out", "dedup.lines={enabled: true, max_documents: 10}");

    long removed =
        report.counts().edits().stream()
            .filter(
                edit -> edit.stage().equals("frequent_lines") && edit.kind().equals("characters"))
            .mapToLong(edit -> edit.count())
            .sum();
    assertEquals(30L * (NOTICE.length() + 1), removed);
    assertEquals(30, report.counts().documents("packed"));
  }

  @Test
  void thePilesEpochsComeBackAsWeights() throws IOException {
    Random random = new Random(4);
    for (String set : List.of("Wikipedia (en)", "FreeLaw", "My own")) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        texts.add(text(words(random, 200)));
      }
      write("weights/" + set + ".jsonl", set, texts);
    }

    run("weights", "weights-out", "weights={pile/FreeLaw: 0.5}");

    assertEquals(
        List.of("pile/FreeLaw 0.5", "pile/My own 1.0", "pile/Wikipedia (en) 3.0"),
        EtlRun.manifest(folder.resolve("weights-out")).sources().stream()
            .map(source -> source.name() + " " + source.weight())
            .toList());
    MixtureSource first = EtlRun.manifest(folder.resolve("weights-out")).sources().get(0);
    assertEquals(5, first.documents());
    assertEquals(5, first.samples());
  }
}
