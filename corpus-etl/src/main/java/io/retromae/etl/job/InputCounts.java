package io.retromae.etl.job;

import io.retromae.etl.plan.EtlFile;
import io.retromae.etl.plan.EtlUnit;
import io.retromae.etl.plan.LimitSettings;
import io.retromae.etl.report.EtlReport.Input;
import io.retromae.etl.report.EtlReport.Warning;
import io.retromae.etl.report.Reasons;
import io.retromae.etl.source.InputSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What was read of each input, and what is wrong with that.
 *
 * @param settings the inputs
 * @param inputs in the same order
 */
record InputCounts(List<InputSettings> settings, List<Input> inputs) {
  private static final int MOST_KEYS = 12;
  private static final String UNKNOWN_SOURCE = "unknown_source";
  private static final String BYTES_AFTER_ARRAY = "bytes_after_array";
  private static final String MISSING_TEXT = "missing_text";
  private static final String TRUNCATED_RECORD = "truncated_record";
  private static final String WRONG_TYPE = "wrong_type";

  /** Adds up what the units left, which are in the same order. */
  static InputCounts of(
      List<InputSettings> settings, List<EtlUnit> units, List<CleanTask.Receipt> receipts) {
    List<Input> inputs = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      long records = 0;
      long unknown = 0;
      Map<String, Long> quarantined = new TreeMap<>();
      Map<String, Long> keys = new TreeMap<>();
      for (EtlUnit unit : units) {
        if (unit.file().inputNumber() == i) {
          CleanTask.Receipt receipt = receipts.get(unit.number());
          records += receipt.records();
          unknown += receipt.notes().getOrDefault(UNKNOWN_SOURCE, 0L);
          receipt.quarantined().forEach((k, v) -> quarantined.merge(k, v, Long::sum));
          receipt.keys().forEach((k, v) -> keys.merge(k, v, Long::sum));
        }
      }
      String setting = String.format(Locale.ROOT, "inputs[%d] %s", i, settings.get(i).path());
      inputs.add(new Input(setting, records, quarantined, unknown, keys));
    }
    return new InputCounts(settings, List.copyOf(inputs));
  }

  /** Lines for the console: each input of which something was set aside. */
  List<String> lines() {
    return inputs.stream()
        .filter(input -> input.setAside() > 0)
        .map(
            input ->
                String.format(
                    Locale.ROOT,
                    "%s: %,d records, %,d quarantined: %s",
                    input.setting(),
                    input.records(),
                    input.setAside(),
                    Reasons.list(input.quarantined())))
        .toList();
  }

  /**
   * Why each input of which too much was quarantined cannot be used, a line each.
   *
   * @param salvage whether files may be cut short: the record that was cut is told with its file
   */
  List<String> refusals(LimitSettings limits, boolean salvage) {
    List<String> refusals = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      long cut = salvage ? input.quarantined().getOrDefault(TRUNCATED_RECORD, 0L) : 0;
      if (limits.refuses(input.setAside() - cut, input.records() - cut)) {
        Map.Entry<String, Long> most = Reasons.sorted(input.quarantined()).get(0);
        refusals.add(
            String.format(
                Locale.ROOT,
                "%s: %,d of %,d records quarantined, more than limits.max_quarantined_share = %s; %,d for %s%s",
                input.setting(),
                input.setAside(),
                input.records(),
                limits.maxQuarantinedShare(),
                most.getValue(),
                most.getKey(),
                hint(i, most.getKey())));
      }
    }
    return refusals;
  }

  /** What the person who chose the columns needs to know. */
  private String hint(int i, String reason) {
    InputSettings input = settings.get(i);
    boolean wrong = reason.equals(WRONG_TYPE) && !inputs.get(i).keys().isEmpty();
    if (!reason.equals(MISSING_TEXT) && !wrong) {
      return "";
    }
    return ": " + input.format().noText(input, keys(i));
  }

  private String keys(int i) {
    List<Map.Entry<String, Long>> keys = Reasons.sorted(inputs.get(i).keys());
    String first =
        keys.stream().limit(MOST_KEYS).map(Map.Entry::getKey).collect(Collectors.joining(", "));
    int more = keys.size() - MOST_KEYS;
    return more > 0 ? first + String.format(Locale.ROOT, " and %d more", more) : first;
  }

  /** Quarantined records of all inputs by reason. */
  Map<String, Long> quarantined() {
    Map<String, Long> sum = new TreeMap<>();
    inputs.forEach(input -> input.quarantined().forEach((k, v) -> sum.merge(k, v, Long::sum)));
    return sum;
  }

  /** What a person should look at. */
  List<Warning> warnings(List<EtlFile> files, List<CleanTask.Receipt> receipts) {
    List<Warning> warnings = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      long documents = input.records() - input.setAside();
      if (documents > 0 && input.unknownSources() == documents) {
        warnings.add(new Warning(unknownSources(i, documents), List.of()));
      }
      if (input.records() == 0) {
        warnings.add(new Warning(input.setting() + ": holds no record", List.of()));
      }
    }
    twice(files).forEach(text -> warnings.add(new Warning(text, List.of())));
    for (CleanTask.Receipt receipt : receipts) {
      long bytes = receipt.notes().getOrDefault(BYTES_AFTER_ARRAY, 0L);
      if (bytes > 0) {
        String text =
            "%s: %,d bytes behind its last array, or too long to be passed before it, were not"
                + " read";
        warnings.add(
            new Warning(String.format(Locale.ROOT, text, receipt.path(), bytes), List.of()));
      }
    }
    return warnings;
  }

  private String unknownSources(int i, long documents) {
    InputSettings input = settings.get(i);
    String column = input.format().setColumn(input);
    String keys = inputs.get(i).keys().isEmpty() ? "" : "; keys seen: " + keys(i);
    return String.format(
        Locale.ROOT,
        "%s: no record has a name in %s: %,d of %,d documents are of an unknown source%s",
        inputs.get(i).setting(),
        column,
        documents,
        documents,
        keys);
  }

  private static List<String> twice(List<EtlFile> files) {
    Set<String> seen = new HashSet<>();
    List<String> twice = files.stream().map(EtlFile::path).filter(p -> !seen.add(p)).toList();
    return twice.isEmpty()
        ? List.of()
        : List.of(
            String.format(
                Locale.ROOT,
                "inputs overlap; files read more than once: %,d, such as %s",
                twice.size(),
                twice.get(0)));
  }
}
