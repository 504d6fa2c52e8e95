package io.retromae.finetune.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.record.RecordFile;
import io.retromae.core.record.Records;
import io.retromae.core.record.RefusedRecordException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a file of pairs, whatever its format and compression. */
public final class PairFile {
  private static final int LONGEST_LINE = 256 << 20;

  private final Storage storage;
  private final Rules rules;
  private final String badRecords;

  /** What is done with lines that cannot be used. */
  public enum BadRecords {
    /** The file is refused, its first bad lines named. */
    FAIL,
    /** They are left out and counted. */
    SKIP
  }

  /**
   * How files are read.
   *
   * @param badRecords what bad lines lead to
   * @param needsScores whether a line must bring a teacher's scores of all its passages
   * @param needsNegatives whether a line must bring a negative
   * @param columns names of plain columns
   * @param corpus texts by id, for files that name passages only
   */
  public record Rules(
      BadRecords badRecords,
      boolean needsScores,
      boolean needsNegatives,
      ColumnNames columns,
      Map<String, String> corpus)
      implements Serializable {
    /** The same with texts by id. */
    public Rules withCorpus(Map<String, String> texts) {
      return new Rules(badRecords, needsScores, needsNegatives, columns, texts);
    }
  }

  /**
   * Files that this storage reaches.
   *
   * @param badRecords name of the setting that says what bad lines lead to, for messages
   */
  public PairFile(Storage storage, Rules rules, String badRecords) {
    this.storage = storage;
    this.rules = rules;
    this.badRecords = badRecords;
  }

  /** Of a training. */
  PairFile(Storage storage, Rules rules) {
    this(storage, rules, "data.bad_records");
  }

  /** Takes lines. */
  interface Sink {
    void take(PairLine line) throws IOException;
  }

  /** Takes lines with their records. */
  public interface Receiver {
    /**
     * Takes one.
     *
     * @param number of the record in its file, from 1: its line where records are lines
     * @param record as it stands there
     */
    void take(long number, ObjectNode record, PairLine line) throws IOException;
  }

  /**
   * Gives all usable lines of a file with their records, in order.
   *
   * @param counts receives what was done with its lines
   * @throws CorruptDataException behind the last if bad lines are to fail and there are some; or
   *     where the file is broken
   * @throws IOException if the file cannot be read
   */
  public void readRecords(String path, LineCounts counts, Receiver receiver) throws IOException {
    try (Records records = open(path)) {
      read(path, records, counts, receiver);
    }
    check(counts);
  }

  /**
   * Opens a file.
   *
   * @throws CorruptDataException if it is broken
   * @throws IOException if the storage does not deliver it
   */
  Records open(String path) throws IOException {
    try {
      return RecordFile.open(storage, path);
    } catch (IOException e) {
      throw BrokenFile.of(storage, path, 0, e);
    }
  }

  private Optional<ObjectNode> next(String path, Records records)
      throws IOException, RefusedRecordException {
    long last = records.number();
    try {
      return records.next();
    } catch (IOException e) {
      throw BrokenFile.of(storage, path, last, e);
    }
  }

  /** The same for some of its records. */
  void read(String path, Records records, LineCounts counts, Sink sink) throws IOException {
    read(path, records, counts, (number, record, line) -> sink.take(line));
  }

  private void read(String path, Records records, LineCounts counts, Receiver receiver)
      throws IOException {
    PairFormat.Reading reading = new PairFormat.Reading(rules.columns(), rules.corpus(), counts);
    boolean more = true;
    while (more) {
      try {
        Optional<ObjectNode> record = next(path, records);
        more = record.isPresent();
        if (more) {
          PairLine line = line(record.get(), reading);
          counts.kept();
          receiver.take(records.number(), record.get(), line);
        }
      } catch (RefusedRecordException e) {
        counts.refused(e.reason(), new LineCounts.Refused(path, records.number(), e.getMessage()));
      }
    }
  }

  /**
   * Ends reading if bad lines are to fail and there are some.
   *
   * @throws CorruptDataException naming the first
   */
  void check(LineCounts counts) {
    if (rules.badRecords() == BadRecords.FAIL && counts.refusedLines() > 0) {
      throw refused(counts);
    }
  }

  private CorruptDataException refused(LineCounts counts) {
    List<String> problems = new ArrayList<>(counts.named());
    if (counts.refusedLines() > problems.size()) {
      problems.add("and %d more".formatted(counts.refusedLines() - problems.size()));
    }
    problems.add(badRecords + "=skip leaves such lines out");
    return new CorruptDataException(problems);
  }

  private PairLine line(ObjectNode record, PairFormat.Reading reading)
      throws RefusedRecordException {
    PairLine line = PairFormat.of(record, rules.columns()).read(record, reading);
    if (line.positives().isEmpty()) {
      throw new RefusedRecordException("no_positive", "no positive passage");
    }
    if (rules.needsScores() && !line.isScored()) {
      throw new RefusedRecordException(
          "no_scores", "no teacher's scores of all its passages, which distillation learns from");
    }
    PairLine clean = withoutPositivesAmongNegatives(line, reading.counts());
    if (rules.needsScores() && clean.negatives().isEmpty()) {
      throw new RefusedRecordException(
          "no_scores", "no negative, so that a teacher has nothing to tell apart");
    }
    if (rules.needsNegatives() && clean.negatives().isEmpty()) {
      throw new RefusedRecordException(
          "no_negative", "no negative; data.missing_negatives=draw takes them from other lines");
    }
    if (PairLineCode.mostBytes(clean) > LONGEST_LINE) {
      throw new RefusedRecordException("too_large", "more than %,d bytes".formatted(LONGEST_LINE));
    }
    count(clean, reading.counts());
    return clean;
  }

  private static PairLine withoutPositivesAmongNegatives(PairLine line, LineCounts counts) {
    Set<String> positives = new HashSet<>(line.positives());
    if (line.negatives().stream().noneMatch(positives::contains)) {
      return line;
    }
    List<String> negatives = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    for (int i = 0; i < line.negatives().size(); i++) {
      if (!positives.contains(line.negatives().get(i))) {
        negatives.add(line.negatives().get(i));
        if (line.negativeScores().length > 0) {
          scores.add(line.negativeScores()[i]);
        }
      }
    }
    counts.treated("negative_equal_to_a_positive", line.negatives().size() - negatives.size());
    return new PairLine(
        line.query(),
        line.positives(),
        negatives,
        line.positiveScores(),
        scores.stream().mapToDouble(Double::doubleValue).toArray(),
        line.traits());
  }

  private static void count(PairLine line, LineCounts counts) {
    counts.treated("empty_query", line.query().isBlank() ? 1 : 0);
    counts.treated(
        "empty_passage",
        line.positives().stream().filter(String::isBlank).count()
            + line.negatives().stream().filter(String::isBlank).count());
    counts.treated("no_negative", line.negatives().isEmpty() ? 1 : 0);
  }
}
