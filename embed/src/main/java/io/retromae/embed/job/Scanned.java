package io.retromae.embed.job;

import io.retromae.embed.source.InputUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What reading all inputs once has found.
 *
 * @param units each with the number of records before it
 * @param receipts of the units
 */
record Scanned(List<InputUnit> units, List<ScanTask.Receipt> receipts) {
  /** Puts numbers of records to the units. */
  static Scanned of(List<InputUnit> units, List<ScanTask.Receipt> receipts) {
    List<InputUnit> numbered = new ArrayList<>();
    int file = -1;
    long before = 0;
    for (int i = 0; i < units.size(); i++) {
      InputUnit unit = units.get(i);
      before = unit.file().number() == file ? before : 0;
      file = unit.file().number();
      numbered.add(unit.withBefore(before));
      before += receipts.get(i).records();
    }
    return new Scanned(List.copyOf(numbered), receipts);
  }

  long rows() {
    return receipts.stream().mapToLong(ScanTask.Receipt::rows).sum();
  }

  long absent() {
    return receipts.stream().mapToLong(ScanTask.Receipt::absent).sum();
  }

  /** Bad records by reason. */
  Map<String, Long> bad() {
    Map<String, Long> bad = new TreeMap<>();
    receipts.forEach(r -> r.bad().forEach((reason, n) -> bad.merge(reason, n, Long::sum)));
    return bad;
  }

  long badRecords() {
    return receipts.stream().mapToLong(ScanTask.Receipt::badRecords).sum();
  }

  /** The first bad records, with file and record. */
  List<String> examples() {
    List<String> examples = new ArrayList<>();
    for (int i = 0; i < units.size() && examples.size() < ScanTask.EXAMPLES; i++) {
      InputUnit unit = units.get(i);
      for (ScanTask.BadRecord bad : receipts.get(i).examples()) {
        examples.add(
            "%s record %,d: %s"
                .formatted(unit.file().path(), unit.before() + bad.record(), bad.message()));
      }
    }
    return examples.subList(0, Math.min(ScanTask.EXAMPLES, examples.size()));
  }

  /** Why nothing can come of it, a line each; none if something can. */
  List<String> refusals(EmbedConfig config) {
    long bad = badRecords();
    long records = rows() + bad;
    if (records == 0) {
      return List.of("nothing to embed: the inputs hold no record");
    }
    boolean fail = bad > 0 && config.onBadRecord() == EmbedConfig.OnBadRecord.FAIL;
    double most = config.limits().maxBadShare();
    if (fail || bad > most * records) {
      List<String> lines = new ArrayList<>(examples());
      lines.add(
          "%,d of %,d records give no text %s%s"
              .formatted(
                  bad,
                  records,
                  bad(),
                  fail
                      ? "; mend them, or leave them out by on_bad_record: skip"
                      : ", more than limits.max_bad_share = " + most));
      return lines;
    }
    return absent() == rows()
        ? List.of("nothing to embed: the text of all %,d records is null".formatted(rows()))
        : List.of();
  }
}
