package io.retromae.finetune.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairFileTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final PairFile.Rules SKIP = rules(PairFile.BadRecords.SKIP, false, false);

  @TempDir private Path folder;
  private LineCounts counts = new LineCounts();

  private static PairFile.Rules rules(
      PairFile.BadRecords bad, boolean needsScores, boolean needsNegatives) {
    return new PairFile.Rules(
        bad, needsScores, needsNegatives, ColumnNames.DEFAULT, Map.of("7", "seven", "8", "eight"));
  }

  private List<PairLine> read(PairFile.Rules rules, String... lines) throws IOException {
    Path file = Files.writeString(folder.resolve("pairs.jsonl"), String.join("\n", lines));
    return read(rules, file);
  }

  private List<PairLine> read(PairFile.Rules rules, Path file) throws IOException {
    PackedPairs.File read = Packed.file(STORAGE, file, rules, folder);
    counts = read.counts();
    return read.lines();
  }

  @Test
  void everyPublishedFormatIsTold() throws IOException {
    List<PairLine> lines =
        read(
            SKIP,
            "{\"query\": \"a\", \"pos\": [\"b\"], \"neg\": [\"c\", \"d\"]}",
            "{\"query_id\": 1, \"query\": \"a\", \"positive_passages\": [{\"docid\": 1, \"title\":"
                + " \"T\", \"text\": \"b\"}], \"negative_passages\": [{\"title\": \"\", \"text\":"
                + " \"c\"}, {\"text\": \"d\"}]}",
            "{\"query_text\": \"a\", \"positive_document_ids\": [7], \"negative_document_ids\":"
                + " [\"8\"]}",
            "{\"question\": \"a\", \"positive_ctxs\": [{\"title\": \"T\", \"text\": \"b\"}],"
                + " \"hard_negative_ctxs\": [{\"title\": \"\", \"text\": \"c\"}],"
                + " \"negative_ctxs\": [{\"text\": \"d\"}]}",
            "{\"anchor\": \"a\", \"positive\": \"b\", \"negative_1\": \"c\", \"negative_2\":"
                + " \"d\"}");

    assertEquals(Map.of(), counts.refused(), counts.named().toString());
    assertEquals(List.of("b"), lines.get(0).positives());
    assertEquals(List.of("T b"), lines.get(1).positives());
    assertEquals(List.of("seven"), lines.get(2).positives());
    assertEquals(List.of("eight"), lines.get(2).negatives());
    assertEquals(List.of("T b"), lines.get(3).positives());
    for (int i : new int[] {0, 1, 3, 4}) {
      assertEquals("a", lines.get(i).query());
      assertEquals(List.of("c", "d"), lines.get(i).negatives(), "line " + i);
    }
  }

  @Test
  void arraysAndCompressedFilesAreRead() throws IOException {
    Path file = folder.resolve("dpr.json.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(
          "[{\"question\": \"a\", \"positive_ctxs\": [{\"text\": \"b\"}]}, {\"question\": \"c\"}]"
              .getBytes());
    }

    List<PairLine> lines = read(SKIP, file);

    assertEquals(1, lines.size());
    assertEquals(1, counts.refusedLines());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json | not_json",
        "{\"pos\": [\"b\"]} | missing_query",
        "{\"query\": \"a\"} | no_positive",
        "{\"query\": \"a\", \"pos\": []} | no_positive",
        "{\"query\": \"a\", \"pos\": [1]} | wrong_type",
        "{\"query\": \"a\", \"pos\": [null]} | missing_pos",
        "{\"query\": 5, \"pos\": [\"b\"]} | wrong_type",
        "{\"query\": \"a\", \"pos\": {\"b\": 1}} | wrong_type",
        "{\"query\": \"a\", \"pos\": [\"b\"], \"pos_scores\": [1, 2]} | unequal_scores",
        "{\"query\": \"a\", \"pos\": [\"b\"], \"neg\": [\"c\"], \"neg_scores\": []} |"
            + " unequal_scores",
        "{\"query\": \"a\", \"pos\": [\"b\"], \"pos_scores\": [\"NaN\"]} | wrong_type",
        "{\"query\": \"a\", \"pos\": [\"b\"], \"pos_scores\": [1e999]} | wrong_type",
        "{\"query\": \"a\", \"pos\": [\"b\"], \"batch_size\": 0} | wrong_type",
        "{\"text\": \"a\"} | unknown_format",
        "{\"query_text\": \"a\", \"positive_document_ids\": [9]} | unknown_document"
      })
  void badLinesAreCountedByReasonOrFailTheFile(String line, String reason) throws IOException {
    String good = "{\"query\": \"a\", \"pos\": [\"b\"]}";

    List<PairLine> lines = read(SKIP, good, line, good);

    assertEquals(2, lines.size());
    assertEquals(1, counts.refusedLines(), counts.named().toString());
    if (!reason.equals("not_json")) { // named by those who read JSON
      assertEquals(Map.of(reason, 1L), counts.refused(), counts.named().toString());
    }
    assertTrue(counts.named().get(0).contains("pairs.jsonl, line 2: "), counts.named().get(0));
    CorruptDataException failed =
        assertThrows(
            CorruptDataException.class,
            () -> read(rules(PairFile.BadRecords.FAIL, false, false), good, line, good));
    assertTrue(failed.getMessage().contains("line 2"), failed.getMessage());
  }

  @Test
  void aBrokenFileIsNamedWithItsRecord() throws IOException {
    String array = "[{\"query\": \"a\", \"pos\": [\"b\"]}, {\"query\": \"c\", \"p";
    Path cut = Files.writeString(folder.resolve("cut.json"), array);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write("{\"query\": \"a\", \"pos\": [\"b\"]}\n".repeat(100).getBytes());
    }
    Path gzip = folder.resolve("cut.jsonl.gz");
    Files.write(gzip, Arrays.copyOf(packed.toByteArray(), packed.size() - 12));
    Path parquet = Files.writeString(folder.resolve("cut.parquet"), "PAR1" + "x".repeat(50));

    for (Path file : List.of(cut, gzip, parquet)) {
      String refusal =
          assertThrows(CorruptDataException.class, () -> read(SKIP, file), "" + file).getMessage();
      assertTrue(refusal.contains(file + ", record "), refusal);
      assertFalse(refusal.contains("\n"), refusal);
      assertThrows(
          CorruptDataException.class,
          () -> PassageCorpus.read(STORAGE, "data.corpus", Optional.of(file.toString())),
          "" + file);
    }
    assertTrue(
        assertThrows(CorruptDataException.class, () -> read(SKIP, cut))
            .getMessage()
            .contains("record 2"));
    PairFile pairs = new PairFile(STORAGE, SKIP);
    String gone = folder.resolve("gone.jsonl").toString();
    assertTrue(
        assertThrows(
                IOException.class,
                () -> pairs.readRecords(gone, counts, (number, record, line) -> {}))
            .getMessage()
            .contains(gone));
  }

  @Test
  void ofManyBadLinesTwentyAreNamed() {
    String[] lines = new String[50];
    java.util.Arrays.fill(lines, "{}");

    CorruptDataException failed =
        assertThrows(
            CorruptDataException.class,
            () -> read(rules(PairFile.BadRecords.FAIL, false, false), lines));

    assertEquals(22, failed.problems().size());
    assertTrue(failed.problems().get(20).contains("30 more"), failed.problems().toString());
  }

  @Test
  void aTextForAListIsAListOfOneAndCounted() throws IOException {
    PairLine line = read(SKIP, "{\"query\": \"a\", \"pos\": \"bcd\", \"neg\": \"ef\"}").get(0);

    assertEquals(List.of("bcd"), line.positives());
    assertEquals(List.of("ef"), line.negatives());
    assertEquals(1, counts.treated().get("pos_was_a_text"));
    assertEquals(1, counts.treated().get("neg_was_a_text"));
  }

  @Test
  void aNegativeEqualToAPositiveIsRemovedWithItsScore() throws IOException {
    PairLine line =
        read(
                SKIP,
                "{\"query\": \"a\", \"pos\": [\"b\"], \"neg\": [\"c\", \"b\", \"d\"],"
                    + " \"pos_scores\": [9], \"neg_scores\": [1, 2, 3]}")
            .get(0);

    assertEquals(List.of("c", "d"), line.negatives());
    assertArrayEquals(new double[] {1, 3}, line.negativeScores());
    assertEquals(1, counts.treated().get("negative_equal_to_a_positive"));
  }

  @Test
  void emptyTextsAreKeptAndCounted() throws IOException {
    List<PairLine> lines =
        read(SKIP, "{\"query\": \"\", \"pos\": [\" \"], \"neg\": [\"\", \"c\"]}");

    assertEquals(1, lines.size());
    assertEquals(1, counts.treated().get("empty_query"));
    assertEquals(2, counts.treated().get("empty_passage"));
  }

  @Test
  void textsAreComposed() throws IOException {
    PairLine line = read(SKIP, "{\"query\": \"e\u0301\", \"pos\": [\" A\u030a \"]}").get(0);

    assertEquals("\u00e9", line.query());
    assertEquals(List.of(" \u00c5 "), line.positives());
  }

  @Test
  void distillationRefusesLinesWithoutScores() throws IOException {
    List<PairLine> lines =
        read(
            rules(PairFile.BadRecords.SKIP, true, false),
            "{\"query\": \"a\", \"pos\": [\"b\"]}",
            "{\"query\": \"a\", \"pos\": [\"b\"], \"pos_scores\": [1]}",
            "{\"query\": \"a\", \"pos\": [\"b\"], \"neg\": [\"c\"], \"pos_scores\": [1]}",
            "{\"query\": \"a\", \"pos\": [\"b\"], \"neg\": [\"c\"], \"pos_scores\": [1],"
                + " \"neg_scores\": [2]}");

    assertEquals(1, lines.size());
    assertEquals(Map.of("no_scores", 3L), counts.refused());
  }

  @Test
  void linesWithoutNegativesAreRefusedOnRequestElseCounted() throws IOException {
    String line = "{\"query\": \"a\", \"pos\": [\"b\"], \"neg\": []}";

    assertEquals(1, read(SKIP, line).size());
    assertEquals(1, counts.treated().get("no_negative"));
    assertEquals(0, read(rules(PairFile.BadRecords.SKIP, false, true), line).size());
    assertEquals(Map.of("no_negative", 1L), counts.refused());
  }

  @Test
  void traitsOfALineAreRead() throws IOException {
    PairLine.Traits traits =
        read(
                SKIP,
                "{\"query\": \"a\", \"pos\": [\"b\"], \"prompt\": \"P: \", \"type\":"
                    + " \"symmetric_sts\", \"batch_size\": 12, \"train_group_size\": 4, \"x\": []}")
            .get(0)
            .traits();

    assertEquals("P: ", traits.prompt().orElseThrow());
    assertEquals(PairLine.Kind.SYMMETRIC_STS, traits.kind());
    assertEquals(12, traits.batchSize().orElseThrow());
    assertEquals(4, traits.groupSize().orElseThrow());
    assertEquals(PairLine.Kind.SYMMETRIC, PairLine.Kind.of("my_symmetric_set"));
    assertEquals(PairLine.Kind.NORMAL, PairLine.Kind.of("retrieval"));
  }
}
