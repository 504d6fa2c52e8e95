package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.FileReport;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.Outcome;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.json.StreamSplitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are each wrong or unusual in one way, one case for each entry of expected.json. */
class HostileFilesTest {
  private static final Path FOLDER = Path.of(System.getProperty("etl.hostile.dir"));
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final ReaderSettings LIMITS = ReaderSettings.standard();

  @TempDir Path folder;

  private static JsonNode expected() {
    try {
      return new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<String> files() {
    List<String> names = new ArrayList<>();
    expected().fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void endsAsExpected(String name) throws IOException {
    JsonNode want = expected().get(name);
    StoredFile file = STORAGE.list(FOLDER.resolve(name).toString()).get(0);
    if (file.hidden()) {
      return; // listed as skipped: InputListing marks it, the job reports it
    }
    Format format = want.get("format").asText().equals("wudao") ? Format.WUDAO : Format.PILE;
    long read = 0;
    long aside = 0;
    FileReport report;
    InputSettings input = InputSettings.of(FOLDER.resolve(name).toString(), format);
    FilePart part = Parts.named(name, input, LIMITS);
    try (RecordReader reader = new SourceFile(STORAGE, part).open()) {
      for (Optional<Outcome> next = reader.next(); next.isPresent(); next = reader.next()) {
        if (next.get() instanceof Outcome.Read document) {
          read++;
          assertTrue(!document.document().text().isBlank());
        } else {
          aside++;
        }
      }
      report = reader.report();
    }

    assertEquals(report.documents(), read);
    assertEquals(report.recordsRead(), read + aside, "every record is counted once");
    assertEquals(aside, report.quarantined().values().stream().mapToLong(Long::longValue).sum());
    if (!want.get("records_ok").isNull()) {
      assertEquals(want.get("records_ok").asLong(), read, want.get("treatment").asText());
    }
    if (!want.get("file_error").isNull()
        && report.error().isEmpty()
        && !List.of("invalid_json", "invalid_utf8").contains(want.get("file_error").asText())) {
      throw new AssertionError("expected the file error " + want.get("file_error"));
    }
    report
        .error()
        .ifPresent(error -> assertEquals(want.get("file_error").asText(), error.kind(), name));
    assertEquals(quarantined(want), folded(report.quarantined()), want.get("treatment").asText());
  }

  @ParameterizedTest
  @MethodSource("files")
  void splitsAndPiecesAgreeWithTheWhole(String name) throws IOException {
    Path path = FOLDER.resolve(name);
    String format = expected().get(name).get("format").asText();
    InputSettings input =
        InputSettings.of(path.toString(), format.equals("wudao") ? Format.WUDAO : Format.PILE);
    for (double bytes : new double[] {16, 500, 5000}) {
      FilePart part = Parts.named(name, input, Parts.limits(Parts.splitBytes(bytes)));
      Reading whole = Reading.of(STORAGE, part);

      List<Split> splits = new SourceFile(STORAGE, part).divide().splits();
      Reading.of(STORAGE, part, splits).assertEqualTo(whole, name + " in splits of " + bytes);
    }
    FilePart part = Parts.named(name, input, LIMITS);
    List<Split> pieces = StreamSplitter.rewrite(STORAGE, part, folder.resolve("piece").toString());
    Reading.of(STORAGE, part, pieces).assertEqualTo(Reading.of(STORAGE, part), name + " rewritten");
  }

  private static Map<String, Long> quarantined(JsonNode want) {
    Map<String, Long> counts = new TreeMap<>();
    want.get("quarantined")
        .fieldNames()
        .forEachRemaining(key -> counts.put(key, want.get("quarantined").get(key).asLong()));
    return folded(counts);
  }

  /** too_deep is a finer name for what the expectations call invalid_json. */
  private static Map<String, Long> folded(Map<String, Long> counts) {
    Map<String, Long> folded = new TreeMap<>();
    counts.forEach(
        (key, value) ->
            folded.merge(key.equals("too_deep") ? "invalid_json" : key, value, Long::sum));
    return folded;
  }
}
