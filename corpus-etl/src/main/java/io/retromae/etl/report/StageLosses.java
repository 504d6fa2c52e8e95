package io.retromae.etl.report;

import static java.util.stream.Collectors.toList;

import io.retromae.etl.report.EtlReport.Warning;
import io.retromae.etl.stage.Example;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.stage.StageCounts.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Stages that take most of a source: more often than not the settings do not fit it. */
public final class StageLosses {
  /** Of fewer documents that reach a stage no share is worth a warning. */
  static final int FEWEST_DOCUMENTS = 10;

  private static final int EXAMPLES = 3;
  private static final int CHARACTERS = 100;

  private StageLosses() {}

  /**
   * A warning for each source and stage that drops more than half of what reaches it.
   *
   * @param stages in the order in which documents go through them
   */
  public static List<Warning> of(List<Row> rows, List<String> stages) {
    Map<String, List<Row>> bySource =
        rows.stream().collect(Collectors.groupingBy(Row::source, TreeMap::new, toList()));
    List<Warning> warnings = new ArrayList<>();
    for (Map.Entry<String, List<Row>> entry : bySource.entrySet()) {
      String source = entry.getKey();
      List<Row> own = entry.getValue();
      long left = documents(at(own, StageCounts.READ));
      for (String stage : stages) {
        List<Row> dropped = at(own, stage);
        long lost = documents(dropped);
        if (left >= FEWEST_DOCUMENTS && 2 * lost > left) {
          warnings.add(warning(source, stage, left, dropped));
        }
        left -= lost;
      }
    }
    return warnings;
  }

  private static List<Row> at(List<Row> rows, String stage) {
    return rows.stream().filter(row -> row.stage().equals(stage)).toList();
  }

  private static long documents(List<Row> rows) {
    return rows.stream().mapToLong(row -> row.measure().documents()).sum();
  }

  private static Warning warning(String source, String stage, long reached, List<Row> dropped) {
    Map<String, Long> reasons = new HashMap<>();
    List<Example> examples = List.of();
    for (Row row : dropped) {
      reasons.merge(row.reason(), row.measure().documents(), Long::sum);
    }
    String most = Reasons.sorted(reasons).get(0).getKey();
    for (Row row : dropped) {
      examples = row.reason().equals(most) ? Example.merge(examples, row.examples()) : examples;
    }
    String text =
        String.format(
            Locale.ROOT,
            "%s drops %,d of the %,d documents of %s that reach it: %s",
            stage,
            documents(dropped),
            reached,
            source,
            Reasons.list(reasons));
    return new Warning(text, examples.stream().limit(EXAMPLES).map(StageLosses::line).toList());
  }

  private static String line(Example example) {
    String text = example.text().replaceAll("\\s+", " ").strip();
    return example.documentId() + "  " + Example.beginning(text, CHARACTERS);
  }
}
