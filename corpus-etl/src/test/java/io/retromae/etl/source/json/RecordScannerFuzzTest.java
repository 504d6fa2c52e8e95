package io.retromae.etl.source.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.etl.source.Columns;
import io.retromae.etl.source.Fields;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.format.Mutation;
import io.retromae.etl.source.format.SampleRecords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damaged records. More of them with {@code -Detl.fuzz.records=10000}, others with {@code
 * -Detl.fuzz.seed=...}.
 */
class RecordScannerFuzzTest {
  private static final int RECORDS = Integer.getInteger("etl.fuzz.records", 300);
  private static final long SEED = Long.getLong("etl.fuzz.seed", 1);

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
    Columns columns = input.columns();
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

  /** With lone surrogates as UTF-8 writes them, where there may be any. */
  private static List<Object> plain(Fields fields) {
    byte[] utf8 = fields.text().getBytes(StandardCharsets.UTF_8);
    boolean suspicious = fields.repairs().surrogates();
    String text = suspicious ? new String(utf8, StandardCharsets.UTF_8) : fields.text();
    return List.of(
        fields.set(),
        fields.title(),
        text,
        fields.repairs().duplicateKeys(),
        fields.repairs().nonNumbers());
  }
}
