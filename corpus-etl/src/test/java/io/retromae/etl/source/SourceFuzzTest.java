package io.retromae.etl.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damaged records and files. More of them with {@code -Detl.fuzz.records=10000
 * -Detl.fuzz.files=1000}, others with {@code -Detl.fuzz.seed=...}.
 */
class SourceFuzzTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final int RECORDS = Integer.getInteger("etl.fuzz.records", 300);
  private static final int FILES = Integer.getInteger("etl.fuzz.files", 60);
  private static final long SEED = Long.getLong("etl.fuzz.seed", 1);

  /** Whole files to damage; each is damaged often. */
  private static final int SAMPLES = 8;

  private static final Set<SampleKind> DIVIDED =
      EnumSet.of(
          SampleKind.PILE_PLAIN,
          SampleKind.PILE_FRAMES,
          SampleKind.JSONL_PLAIN,
          SampleKind.WUDAO_ONE_LINE,
          SampleKind.WUDAO_PRETTY,
          SampleKind.WUDAO_RECORDS,
          SampleKind.WUDAO_LINES,
          SampleKind.PARQUET);

  @TempDir Path folder;
  private final Map<Integer, byte[]> samples = new HashMap<>();

  private static Random random(int number) {
    return new Random(SEED * 1_000_003 + number);
  }

  @ParameterizedTest
  @EnumSource(
      value = Format.class,
      names = {"PILE", "WUDAO", "JSONL"})
  void theScannerSaysWhatTheRefereeSaysOrNothing(Format format) {
    boolean chosen = format == Format.JSONL;
    String set = "meta.set.name";
    InputSettings input =
        chosen
            ? new InputSettings("x", format, "text", "title", set, "")
            : InputSettings.of("x", format);
    Columns columns = Columns.of(input);
    RecordScanner scanner = new RecordScanner(columns, ReaderSettings.Nan.ACCEPT);
    JsonRecords referee = new JsonRecords(columns, ReaderSettings.standard());
    int scanned = 0;
    for (int i = 0; i < RECORDS; i++) {
      Random random = random(i);
      String record = new SampleRecords(format, random).next(random.nextBoolean());
      byte[] whole = record.getBytes(StandardCharsets.UTF_8);
      scanned += agrees(scanner, referee, whole) ? 1 : 0;
      agrees(scanner, referee, Mutation.of(whole, random));
    }
    assertTrue(scanned > RECORDS / 2, "too much is left to the referee: only " + scanned);
  }

  private static boolean agrees(RecordScanner scanner, JsonRecords referee, byte[] record) {
    Optional<Fields> scanned = scanner.parse(record, 0, record.length);
    if (scanned.isPresent()) {
      String text = new String(record, StandardCharsets.UTF_8);
      try {
        assertEquals(
            plain(referee.parse(record, 0, record.length)), plain(scanned.get()), () -> text);
      } catch (Fields.Refused e) {
        throw new AssertionError(e.reason() + ": " + e.getMessage() + ": " + text, e);
      }
    }
    return scanned.isPresent();
  }

  /** Lone surrogates made visible; what a text says does not tell whether there could be any. */
  private static List<Object> plain(Fields fields) {
    boolean suspicious = fields.repairs().surrogates();
    String text = suspicious ? LoneSurrogates.replace(fields.text()).text() : fields.text();
    return List.of(
        fields.set(),
        fields.title(),
        text,
        fields.repairs().duplicateKeys(),
        fields.repairs().nonNumbers());
  }

  @ParameterizedTest
  @EnumSource(SampleKind.class)
  void damagedFilesAddUpAndTheirSplitsAgreeWithTheWhole(SampleKind kind) throws IOException {
    int splits = 0;
    for (int i = 0; i < FILES; i++) {
      Random random = random(i);
      byte[] whole = samples.computeIfAbsent(i % SAMPLES, n -> sample(kind, random));
      byte[] bytes = i % 8 == 0 ? whole : Mutation.of(whole, random);
      FilePart part = kind.store(folder, bytes, (16 + random.nextInt(4000)) / 1048576.0);
      String what = "%s, seed %d, file %d".formatted(kind, SEED, i);
      try {
        splits += checkAgreement(part, what);
      } catch (IOException | RuntimeException e) {
        throw new AssertionError(what, e);
      }
    }
    assertTrue(splits > FILES || !DIVIDED.contains(kind), "no file was divided");
  }

  private byte[] sample(SampleKind kind, Random random) {
    try {
      return kind.bytes(folder, 1 + random.nextInt(40), random);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compares splits and pieces with the whole; returns how many splits there are. */
  private int checkAgreement(FilePart part, String what) throws IOException {
    Reading whole = Reading.of(STORAGE, part);
    List<Split> splits = FileSplitter.split(STORAGE, part);
    Reading.of(STORAGE, part, splits).assertEqualTo(whole, what + " split");
    if (part.input().format() != Format.PARQUET) {
      Path pieces = Files.createDirectories(folder.resolve("pieces"));
      List<Split> rewritten = StreamSplitter.rewrite(STORAGE, part, pieces.resolve("p").toString());
      Reading.of(STORAGE, part, rewritten).assertEqualTo(whole, what + " rewritten");
      for (Path piece : new ArrayList<>(list(pieces))) {
        Files.delete(piece);
      }
    }
    return splits.size();
  }

  private static List<Path> list(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
