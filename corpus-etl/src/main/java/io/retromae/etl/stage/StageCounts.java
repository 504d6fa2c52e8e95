package io.retromae.etl.stage;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Documents by source, language, stage and reason; changes that stages made; lengths; costs. A task
 * keeps one, its {@link Counts} go into the task's receipt, and the driver adds those up.
 */
public final class StageCounts {
  /** Stage of documents that were read. */
  public static final String READ = "read";

  /** Stage of documents that became samples. */
  public static final String PACKED = "packed";

  private static final int LENGTH_BINS = 40;
  private static final char SEPARATOR = '\t';

  private final Map<String, Row> rows = new TreeMap<>();
  private final Map<String, Edit> edits = new TreeMap<>();
  private final Map<String, long[]> lengths = new TreeMap<>();
  private final Map<String, Cost> costs = new LinkedHashMap<>();

  /**
   * Where a document belongs.
   *
   * @param source its set
   * @param language its language
   */
  public record Where(String source, String language) {}

  /**
   * Documents that passed or were dropped.
   *
   * @param source such as {@code wudao/百科}
   * @param language en, zh or und
   * @param stage that dropped the documents, or read, or packed
   * @param reason of the stage, empty for read and packed
   * @param measure how many, how long
   * @param examples of dropped texts
   */
  public record Row(
      String source,
      String language,
      String stage,
      String reason,
      Measure measure,
      List<Example> examples) {
    Row plus(Row other) {
      return new Row(
          source,
          language,
          stage,
          reason,
          measure.plus(other.measure),
          Example.merge(examples, other.examples));
    }
  }

  /**
   * Changes within documents that passed.
   *
   * @param source of the documents
   * @param stage that made them
   * @param kind such as lines or email
   * @param count how many
   */
  public record Edit(String source, String stage, String kind, long count) {
    /** Kind: bytes of text taken off; negative if text was added. */
    public static final String BYTES = "bytes taken off";

    /** Kind: words taken off; negative if words were added. */
    public static final String WORDS = "words taken off";

    Edit plus(Edit other) {
      return new Edit(source, stage, kind, count + other.count);
    }
  }

  /**
   * Lengths of documents.
   *
   * @param source of the documents
   * @param stage read or packed
   * @param documents whose length in bytes has its highest bit at the index
   */
  public record Lengths(String source, String stage, List<Long> documents) {
    /** A copy. */
    public Lengths {
      documents = List.copyOf(documents);
    }
  }

  /**
   * What a stage cost.
   *
   * @param stage such as read or gopher_quality
   * @param cpuSeconds of one core
   * @param bytes of text that entered it
   */
  public record Cost(String stage, double cpuSeconds, long bytes) {
    Cost plus(Cost other) {
      return new Cost(stage, cpuSeconds + other.cpuSeconds, bytes + other.bytes);
    }
  }

  /**
   * Everything that was counted, as it is stored.
   *
   * @param rows documents
   * @param edits changes
   * @param lengths histograms
   * @param costs in the order in which stages run
   */
  public record Counts(List<Row> rows, List<Edit> edits, List<Lengths> lengths, List<Cost> costs) {
    /** Copies. */
    public Counts {
      rows = List.copyOf(rows);
      edits = List.copyOf(edits);
      lengths = List.copyOf(lengths);
      costs = List.copyOf(costs);
    }

    /** Documents by stage only: no sources, no reasons, no examples, no lengths, no costs. */
    public Counts byStage() {
      StageCounts sums = new StageCounts();
      for (Row row : rows) {
        sums.add(new Row("", "", row.stage(), "", row.measure(), List.of()));
      }
      return new Counts(List.copyOf(sums.rows.values()), List.of(), List.of(), List.of());
    }

    /** Documents of one stage. */
    public long documents(String stage) {
      return rows.stream()
          .filter(row -> row.stage().equals(stage))
          .mapToLong(row -> row.measure().documents())
          .sum();
    }

    /** Documents of all stages. */
    public long documents() {
      return rows.stream().mapToLong(row -> row.measure().documents()).sum();
    }
  }

  /** Counts a document that a stage dropped for a reason, with an example of it. */
  public void drop(Where where, String stage, String reason, Measure measure, Example example) {
    add(new Row(where.source(), where.language(), stage, reason, measure, List.of(example)));
  }

  /** Counts a document that passed. */
  public void pass(Where where, String stage, Measure measure) {
    add(new Row(where.source(), where.language(), stage, "", measure, List.of()));
    bins(stage, where.source())[bin(measure.bytes())]++;
  }

  private long[] bins(String stage, String source) {
    return lengths.computeIfAbsent(stage + SEPARATOR + source, ignored -> new long[LENGTH_BINS]);
  }

  private static int bin(long bytes) {
    return Math.min(LENGTH_BINS - 1, 63 - Long.numberOfLeadingZeros(Math.max(1, bytes)));
  }

  /** Counts changes within a document. */
  public void edit(Where where, String stage, Map<String, Long> changes) {
    changes.forEach((kind, count) -> add(new Edit(where.source(), stage, kind, count)));
  }

  /** Counts what a stage took off the text of a document that passed. */
  public void shorten(Where where, String stage, Measure before, Measure after) {
    long bytes = before.bytes() - after.bytes();
    long words = before.words() - after.words();
    if (bytes != 0) {
      add(new Edit(where.source(), stage, Edit.BYTES, bytes));
    }
    if (words != 0) {
      add(new Edit(where.source(), stage, Edit.WORDS, words));
    }
  }

  /** Adds time and bytes to a stage. */
  public void cost(String stage, double cpuSeconds, long bytes) {
    add(new Cost(stage, cpuSeconds, bytes));
  }

  private void add(Row row) {
    String key = String.join("\t", row.stage(), row.source(), row.language(), row.reason());
    rows.merge(key, row, Row::plus);
  }

  private void add(Edit edit) {
    edits.merge(String.join("\t", edit.stage(), edit.source(), edit.kind()), edit, Edit::plus);
  }

  private void add(Lengths more) {
    long[] bins = bins(more.stage(), more.source());
    for (int i = 0; i < LENGTH_BINS; i++) {
      bins[i] += more.documents().get(i);
    }
  }

  private void add(Cost cost) {
    costs.merge(cost.stage(), cost, Cost::plus);
  }

  /** Adds what another task counted. */
  public void add(Counts counts) {
    counts.rows().forEach(this::add);
    counts.edits().forEach(this::add);
    counts.lengths().forEach(this::add);
    counts.costs().forEach(this::add);
  }

  /** What was counted. */
  public Counts counts() {
    return new Counts(
        List.copyOf(rows.values()),
        List.copyOf(edits.values()),
        lengths.entrySet().stream().map(StageCounts::histogram).toList(),
        List.copyOf(costs.values()));
  }

  private static Lengths histogram(Map.Entry<String, long[]> entry) {
    int separator = entry.getKey().indexOf(SEPARATOR);
    return new Lengths(
        entry.getKey().substring(separator + 1),
        entry.getKey().substring(0, separator),
        Arrays.stream(entry.getValue()).boxed().toList());
  }
}
