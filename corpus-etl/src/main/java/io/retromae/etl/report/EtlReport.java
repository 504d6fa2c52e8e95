package io.retromae.etl.report;

import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageCounts;
import io.retromae.etl.stage.StageCounts.Counts;
import io.retromae.etl.stage.StageCounts.Row;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where every record went.
 *
 * @param refused why there is no corpus, empty if there is one
 * @param warnings what a person should look at
 * @param inputs what was read of each input
 * @param records documents and quarantined records
 * @param quarantined records by reason
 * @param notes repairs and skips, such as blank_lines; files_found below the inputs' paths and
 *     files_not_read of them
 * @param skippedFiles path and reason of each file below the inputs' paths that is not read
 * @param badFiles one sentence for each file that was not read to its end
 * @param stages in the order in which documents go through them
 * @param counts of documents, changes, lengths and costs
 * @param duplicates statistics of deduplication by name
 * @param clusters the biggest groups of near-duplicates
 * @param contamination what was found of each benchmark
 * @param samples in all shards
 * @param tokens in all shards
 * @param cutTokens lost because blocks were too long
 * @param droppedTokens lost because tails were too short
 * @param shards files written
 * @param phases wall-clock seconds of the job's phases
 */
public record EtlReport(
    String refused,
    List<Warning> warnings,
    List<Input> inputs,
    long records,
    Map<String, Long> quarantined,
    Map<String, Long> notes,
    List<String> skippedFiles,
    List<String> badFiles,
    List<String> stages,
    Counts counts,
    Map<String, Long> duplicates,
    List<Cluster> clusters,
    List<Contamination> contamination,
    long samples,
    long tokens,
    long cutTokens,
    long droppedTokens,
    int shards,
    List<Phase> phases) {

  /** Takes the parts that reports of earlier versions do not have as empty. */
  public EtlReport {
    refused = Optional.ofNullable(refused).orElse("");
    warnings = Optional.ofNullable(warnings).map(List::copyOf).orElse(List.of());
    inputs = Optional.ofNullable(inputs).map(List::copyOf).orElse(List.of());
  }

  /**
   * Something that may be wrong with the corpus.
   *
   * @param text one sentence
   * @param examples beginnings of documents that show it, may be empty
   */
  public record Warning(String text, List<String> examples) {
    /** A copy. */
    public Warning {
      examples = List.copyOf(examples);
    }

    /** Lines for the console. */
    public List<String> lines() {
      return Stream.concat(
              Stream.of("warning: " + text), examples.stream().map(example -> "    " + example))
          .toList();
    }
  }

  /**
   * What was read of one input.
   *
   * @param setting its number in the settings and its path, such as {@code inputs[0] /data/pile}
   * @param records documents and quarantined records
   * @param quarantined records by reason
   * @param unknownSources documents that do not name the set they belong to
   * @param keys of the first records that lack a text or a set's name: how many hold each
   */
  public record Input(
      String setting,
      long records,
      Map<String, Long> quarantined,
      long unknownSources,
      Map<String, Long> keys) {
    /** Records set aside for any reason. */
    public long setAside() {
      return quarantined.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Documents that are alike.
   *
   * @param kind cluster of near duplicates, or shared band if too many to compare share one
   * @param documents in it
   * @param examples beginnings of some of them
   */
  public record Cluster(String kind, long documents, List<String> examples) {}

  /**
   * What was found of a benchmark.
   *
   * @param task its name
   * @param documents with a hit
   * @param dropped of these, dropped whole
   * @param sentences removed
   * @param ignored n-grams ignored as common phrases, once for each document
   */
  public record Contamination(
      String task, long documents, long dropped, long sentences, long ignored) {}

  /**
   * A phase of the job.
   *
   * @param name such as clean
   * @param seconds on the wall clock
   */
  public record Phase(String name, double seconds) {}

  /** The same of a job that ends without a corpus. */
  public EtlReport refused(String why) {
    return with(why, counts, phases);
  }

  /** The same without times, which differ from run to run: equal inputs give equal ones. */
  public EtlReport withoutTimes() {
    Counts timeless = new Counts(counts.rows(), counts.edits(), counts.lengths(), List.of());
    return with(refused, timeless, List.of());
  }

  private EtlReport with(String why, Counts others, List<Phase> times) {
    return new EtlReport(
        why,
        warnings,
        inputs,
        records,
        quarantined,
        notes,
        skippedFiles,
        badFiles,
        stages,
        others,
        duplicates,
        clusters,
        contamination,
        samples,
        tokens,
        cutTokens,
        droppedTokens,
        shards,
        times);
  }

  /** One line of the funnel. */
  record Line(String stage, Measure left, Measure dropped) {}

  /** What is left after each stage. */
  List<Line> funnelLines() {
    Measure left = sum(StageCounts.READ);
    List<Line> lines = new java.util.ArrayList<>();
    lines.add(new Line(StageCounts.READ, left, Measure.NONE));
    for (String stage : stages) {
      Measure dropped = sum(stage);
      left = left.minus(dropped).minus(takenOff(stage));
      lines.add(new Line(stage, left, dropped));
    }
    return lines;
  }

  /** What a stage took off documents that passed it. */
  private Measure takenOff(String stage) {
    long bytes = 0;
    long words = 0;
    for (StageCounts.Edit edit : counts.edits()) {
      boolean here = edit.stage().equals(stage);
      bytes += here && edit.kind().equals(StageCounts.Edit.BYTES) ? edit.count() : 0;
      words += here && edit.kind().equals(StageCounts.Edit.WORDS) ? edit.count() : 0;
    }
    return new Measure(0, bytes, words, 0);
  }

  private Measure sum(String stage) {
    return counts.rows().stream()
        .filter(row -> row.stage().equals(stage))
        .map(Row::measure)
        .reduce(Measure.NONE, Measure::plus);
  }

  /** The funnel as a table for the console and report.md. */
  public String funnel() {
    StringBuilder out = new StringBuilder();
    out.append(
        "%-18s %12s %12s %12s %10s%n"
            .formatted("stage", "documents", "dropped", "quarantined", "MB"));
    long aside = quarantined.values().stream().mapToLong(Long::longValue).sum();
    for (Line line : funnelLines()) {
      boolean read = line.stage().equals(StageCounts.READ);
      out.append(
          String.format(
              Locale.ROOT,
              "%-18s %,12d %12s %12s %10.1f%n",
              line.stage(),
              line.left().documents(),
              read ? "-" : String.format(Locale.ROOT, "%,d", line.dropped().documents()),
              read ? String.format(Locale.ROOT, "%,d", aside) : "-",
              line.left().bytes() / 1e6));
    }
    out.append(
        String.format(
            Locale.ROOT,
            "shards             %,d samples, %,d tokens, %d shards; %,d tokens cut, %,d in dropped tails       %s%n",
            samples,
            tokens,
            shards,
            cutTokens,
            droppedTokens,
            refused.isEmpty() ? "conservation: ok" : "no corpus"));
    return out.toString();
  }
}
