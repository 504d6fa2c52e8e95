package io.retromae.finetune.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedPairsTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final PairFile.Rules SKIP = rules(PairFile.BadRecords.SKIP);

  @TempDir private Path folder;

  private static PairFile.Rules rules(PairFile.BadRecords bad) {
    return new PairFile.Rules(bad, false, false, ColumnNames.DEFAULT, Map.of());
  }

  private Path scratch() {
    return folder.resolve("scratch");
  }

  private Path pairs(String name, int lines) throws IOException {
    Path file = folder.resolve(name);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < lines; i++) {
        out.write(
            "{\"query\": \"%s q%d\", \"pos\": [\"p%d\"], \"neg\": [\"n\"]}\n"
                .formatted(name, i, i));
      }
    }
    return file;
  }

  private PackedPairs pack(PairFile.Rules rules, Path... files) throws IOException {
    return PackedPairs.pack(STORAGE, sources(files), rules, scratch());
  }

  private static List<PairSource> sources(Path... files) throws IOException {
    List<PairSource> sources = new ArrayList<>();
    for (Path file : files) {
      sources.add(Packed.source(file));
    }
    return sources;
  }

  @Test
  void everyLineComesBackAsItWas() {
    String half = "\ud83d";
    PairLine.Traits traits =
        new PairLine.Traits(
            Optional.of("\u7528: "),
            PairLine.Kind.SYMMETRIC_CLASS,
            OptionalInt.of(Integer.MAX_VALUE),
            OptionalInt.of(1));
    List<PairLine> lines =
        List.of(
            Lines.of("", List.of(""), List.of()),
            Lines.of(
                "\u00ff" + "x".repeat(300), List.of("\u4e2d\u6587", half), List.of("a", "\u0100")),
            new PairLine(
                "q",
                List.of("p"),
                List.of("n"),
                new double[] {-0.0},
                new double[] {1e-300},
                traits));
    for (PairLine line : lines) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(PairLineCode.mostBytes(line)));
      PairLineCode.write(line, bytes);
      PairLine back = PairLineCode.read(bytes.flip());

      assertFalse(bytes.hasRemaining());
      assertEquals(line.query(), back.query());
      assertEquals(line.positives(), back.positives());
      assertEquals(line.negatives(), back.negatives());
      assertArrayEquals(line.positiveScores(), back.positiveScores());
      assertArrayEquals(line.negativeScores(), back.negativeScores());
      assertEquals(line.traits(), back.traits());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 50, 4_000, 1_000_000})
  void aCutFileHasTheLinesAndTheNumbersOfTheWhole(int bytesPerUnit) throws IOException {
    StringBuilder text = new StringBuilder();
    List<String> queries = new ArrayList<>();
    List<Integer> bad = new ArrayList<>();
    for (int line = 1; line <= 300; line++) {
      if (line % 40 == 7) {
        bad.add(line);
        text.append("{\"query\": 1}\n");
      } else if (line % 5 == 0) {
        text.append(" \n");
      } else {
        queries.add("q" + line);
        text.append("{\"query\": \"q%d\", \"pos\": [\"p\"]}\n".formatted(line));
      }
    }
    Path file = Files.writeString(folder.resolve("large.jsonl"), text);

    PackedPairs.File packed =
        PackedPairs.pack(STORAGE, sources(file), SKIP, new Scratch(scratch()), bytesPerUnit)
            .files()
            .get(0);

    assertEquals(queries, packed.lines().stream().map(PairLine::query).toList());
    assertEquals(queries.size(), packed.counts().lines());
    assertEquals(bad.size(), packed.counts().refusedLines());
    for (int i = 0; i < bad.size(); i++) {
      String named = packed.counts().named().get(i);
      assertTrue(named.contains("large.jsonl, line %d: ".formatted(bad.get(i))), named);
    }
  }

  @Test
  void badLinesOfAllFilesAreNamedTogether() throws IOException {
    Path a = Files.writeString(folder.resolve("a.jsonl"), "{}\n");
    Path b = Files.writeString(folder.resolve("b.jsonl"), "{\"query\": \"q\"}\n");

    CorruptDataException refused =
        assertThrows(CorruptDataException.class, () -> pack(rules(PairFile.BadRecords.FAIL), a, b));

    assertEquals(3, refused.problems().size(), refused.problems().toString());
    assertTrue(refused.problems().get(1).contains("b.jsonl, line 1: "), refused.getMessage());
  }

  @Test
  void nothingStaysInTheScratchFolder() throws IOException {
    PackedPairs packed = pack(SKIP, pairs("a.jsonl", 100));

    assertEquals("a.jsonl q99", packed.files().get(0).lines().get(99).query());
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("unix")) {
      try (Stream<Path> left = Files.list(scratch())) {
        assertEquals(List.of(), left.toList());
      }
    }
  }

  @Test
  void whatIsPublishedIsOpenedWithTheSameLinesAndCounts() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.jsonl"), "{}\n");
    PackedPairs packed = pack(SKIP, pairs("a.jsonl", 1_000), bad, pairs("b.jsonl", 10));
    String run = folder.resolve("run/pairs").toString();

    packed.publish(STORAGE, run);
    PackedPairs opened = PackedPairs.open(STORAGE, run, scratch());

    assertEquals(packed.fingerprint(), opened.fingerprint());
    assertEquals(3, opened.files().size());
    for (int i = 0; i < 3; i++) {
      PackedPairs.File want = packed.files().get(i);
      PackedPairs.File file = opened.files().get(i);
      assertEquals(want.source(), file.source());
      assertEquals(want.counts().named(), file.counts().named());
      assertEquals(want.counts().refused(), file.counts().refused());
      assertEquals(want.counts().lines(), file.counts().lines());
      assertEquals(
          want.lines().stream().map(PairLine::query).toList(),
          file.lines().stream().map(PairLine::query).toList());
    }
  }

  @Test
  void filesThatHaveNotChangedAreNotReadAgain() throws IOException {
    Path file = pairs("a.jsonl", 100);
    String run = folder.resolve("run/pairs").toString();
    List<PairSource> sources = sources(file);
    PackedPairs packed = pack(SKIP, file);
    assertEquals(Optional.empty(), PackedPairs.find(STORAGE, run, sources, SKIP, scratch()));

    packed.publish(STORAGE, run);

    PackedPairs found = PackedPairs.find(STORAGE, run, sources, SKIP, scratch()).orElseThrow();
    assertEquals(packed.fingerprint(), found.fingerprint());
    PairFile.Rules others = rules(PairFile.BadRecords.FAIL);
    assertTrue(PackedPairs.find(STORAGE, run, sources, others, scratch()).isEmpty());
    PairSource touched = new PairSource(sources.get(0).path(), sources.get(0).size(), 1);
    assertTrue(PackedPairs.find(STORAGE, run, List.of(touched), SKIP, scratch()).isEmpty());
  }

  @Test
  void theFingerprintIsOfLinesAndTheirOrder() throws IOException {
    Path a = pairs("a.jsonl", 10);
    Path b = pairs("b.jsonl", 10);

    String both = pack(SKIP, a, b).fingerprint();

    assertEquals(both, pack(SKIP, a, b).fingerprint());
    assertNotEquals(both, pack(SKIP, b, a).fingerprint());
  }

  @Test
  void damageIsSaid() throws IOException {
    String run = folder.resolve("run/pairs").toString();
    pack(SKIP, pairs("a.jsonl", 100)).publish(STORAGE, run);
    Path part = folder.resolve("run/pairs/000000.pairs");
    try (RandomAccessFile file = new RandomAccessFile(part.toFile(), "rw")) {
      file.seek(20);
      file.write(0x55);
    }
    List<PairLine> lines = PackedPairs.open(STORAGE, run, scratch()).files().get(0).lines();

    assertEquals("a.jsonl q99", lines.get(99).query());
    CorruptDataException damaged = assertThrows(CorruptDataException.class, () -> lines.get(0));
    assertTrue(damaged.getMessage().contains("line 1 of 100"), damaged.getMessage());

    Files.write(part, new byte[7]);

    CorruptDataException cut =
        assertThrows(CorruptDataException.class, () -> PackedPairs.open(STORAGE, run, scratch()));
    assertTrue(cut.getMessage().contains("000000.pairs: has 7 bytes"), cut.getMessage());
  }
}
