package io.retromae.etl.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Documents and bytes by source, language, stage and reason; adds up over units. */
public final class StageCounts {
  /** Stage of documents that were read. */
  static final String READ = "read";

  /** Stage of documents that became samples. */
  static final String PACKED = "packed";

  private static final int EXAMPLES = 10;
  private static final int EXAMPLE_CHARACTERS = 200;

  private final Map<String, Row> rows = new TreeMap<>();

  /**
   * One count.
   *
   * @param source such as {@code wudao/百科}
   * @param language en, zh or und
   * @param stage that dropped the documents, or read, or packed
   * @param reason of the stage, empty for read and packed
   * @param documents how many
   * @param bytes of their texts in UTF-8
   * @param examples beginnings of the first few texts
   */
  public record Row(
      String source,
      String language,
      String stage,
      String reason,
      long documents,
      long bytes,
      List<String> examples) {
    Row plus(Row other) {
      List<String> both = new ArrayList<>(examples);
      both.addAll(other.examples);
      return new Row(
          source,
          language,
          stage,
          reason,
          documents + other.documents,
          bytes + other.bytes,
          List.copyOf(both.subList(0, Math.min(EXAMPLES, both.size()))));
    }
  }

  void add(Row row) {
    String key = String.join("\t", row.stage(), row.source(), row.language(), row.reason());
    rows.merge(key, row, Row::plus);
  }

  /** Counts a document that a stage dropped for a reason, with an example of it. */
  void drop(Where where, String stage, String reason, String text) {
    String example = text.substring(0, Math.min(EXAMPLE_CHARACTERS, text.length()));
    long bytes = utf8Length(text);
    add(new Row(where.source(), where.language(), stage, reason, 1, bytes, List.of(example)));
  }

  /** Counts a document that passed. */
  void pass(Where where, String stage, String text) {
    add(new Row(where.source(), where.language(), stage, "", 1, utf8Length(text), List.of()));
  }

  /**
   * Where a document belongs.
   *
   * @param source its set
   * @param language its language
   */
  record Where(String source, String language) {}

  private static long utf8Length(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }

  List<Row> rows() {
    return List.copyOf(rows.values());
  }

  static StageCounts sum(List<List<Row>> parts) {
    StageCounts sum = new StageCounts();
    parts.forEach(part -> part.forEach(sum::add));
    return sum;
  }

  long documents(java.util.function.Predicate<Row> chosen) {
    return rows.values().stream().filter(chosen).mapToLong(Row::documents).sum();
  }
}
