package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Document;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.FileReport;
import io.retromae.etl.source.Outcome;
import io.retromae.etl.source.Quarantined;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.SplitAgreement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that reading a file, or some splits of one after the other, found.
 *
 * @param documents in order
 * @param aside quarantined records as texts, in order, without their numbers
 * @param records read
 * @param quarantined by reason
 * @param notes counted
 * @param errors at most one if the splits agree
 */
public record Reading(
    List<Document> documents,
    List<String> aside,
    long records,
    Map<String, Long> quarantined,
    Map<String, Long> notes,
    List<FileError> errors) {

  /** Reads one part; checks that the sums add up. */
  public static Reading of(Storage storage, FilePart part) throws IOException {
    List<Document> documents = new ArrayList<>();
    List<String> aside = new ArrayList<>();
    try (RecordReader reader = new SourceFile(storage, part).open()) {
      for (Optional<Outcome> next = reader.next(); next.isPresent(); next = reader.next()) {
        if (next.get() instanceof Outcome.Read read) {
          documents.add(read.document());
        } else if (next.get() instanceof Outcome.SetAside set) {
          aside.add(describe(set.record()));
        }
      }
      FileReport report = reader.report();
      assertEquals(report.documents(), documents.size());
      assertEquals(report.recordsRead(), documents.size() + aside.size());
      assertEquals(aside.size(), report.quarantined().values().stream().mapToLong(n -> n).sum());
      return new Reading(
          documents,
          aside,
          report.recordsRead(),
          new TreeMap<>(report.quarantined()),
          new TreeMap<>(report.notes()),
          report.error().stream().toList());
    }
  }

  private static String describe(Quarantined record) {
    String raw = Base64.getEncoder().encodeToString(record.raw());
    return "%d %s %s %s".formatted(record.offset(), record.reason(), record.message(), raw);
  }

  /** Reads splits one after the other as the job does, mending them once. */
  public static Reading of(Storage storage, FilePart part, List<Split> splits) throws IOException {
    List<Reading> first = each(storage, part, splits);
    List<String> errors =
        first.stream().map(r -> r.errors().isEmpty() ? "" : r.errors().get(0).kind()).toList();
    return sum(each(storage, part, SplitAgreement.mended(splits, errors)));
  }

  private static List<Reading> each(Storage storage, FilePart part, List<Split> splits)
      throws IOException {
    List<Reading> readings = new ArrayList<>();
    for (Split split : splits) {
      readings.add(of(storage, part.with(split)));
    }
    return readings;
  }

  /** Compares part by part, so that a difference can be read. */
  public void assertEqualTo(Reading whole, String what) {
    assertEquals(whole.errors(), errors(), what);
    assertEquals(whole.quarantined(), quarantined(), what);
    assertEquals(whole.notes(), notes(), what);
    assertEquals(whole.aside(), aside(), what);
    assertEquals(whole.records(), records(), what);
    assertEquals(
        whole.documents().stream().map(Document::id).toList(),
        documents().stream().map(Document::id).toList(),
        what);
    assertEquals(whole.documents(), documents(), what);
  }

  private static Reading sum(List<Reading> readings) {
    Reading sum =
        new Reading(
            new ArrayList<>(),
            new ArrayList<>(),
            readings.stream().mapToLong(Reading::records).sum(),
            new TreeMap<>(),
            new TreeMap<>(),
            new ArrayList<>());
    for (Reading reading : readings) {
      sum.documents().addAll(reading.documents());
      sum.aside().addAll(reading.aside());
      reading.quarantined().forEach((k, n) -> sum.quarantined().merge(k, n, Long::sum));
      reading.notes().forEach((k, n) -> sum.notes().merge(k, n, Long::sum));
      sum.errors().addAll(reading.errors());
    }
    return sum;
  }
}
