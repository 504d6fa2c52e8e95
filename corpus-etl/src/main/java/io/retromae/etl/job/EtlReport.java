package io.retromae.etl.job;

import io.retromae.etl.job.StageCounts.Row;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where every record went.
 *
 * @param records documents and quarantined records
 * @param quarantined records by reason
 * @param notes repairs and skips, such as blank_lines
 * @param skippedFiles hidden files
 * @param badFiles one sentence for each file that was not read to its end
 * @param stages documents dropped by stage and reason, by source and language; read; packed
 * @param samples in all shards
 * @param tokens in all shards
 * @param cutTokens lost because blocks were too long
 * @param droppedTokens lost because tails were too short
 * @param shards files written
 */
public record EtlReport(
    long records,
    Map<String, Long> quarantined,
    Map<String, Long> notes,
    List<String> skippedFiles,
    List<String> badFiles,
    List<Row> stages,
    long samples,
    long tokens,
    long cutTokens,
    long droppedTokens,
    int shards) {

  private static final List<String> ORDER =
      List.of(
          "normalize",
          "mojibake",
          "language",
          "gopher_quality",
          "chinese_quality",
          "exact_dedup",
          "packing");

  /** The funnel as a table for the console and report.md. */
  public String funnel() {
    StringBuilder out = new StringBuilder();
    out.append(
        "%-18s %12s %12s %12s %10s%n"
            .formatted("stage", "documents", "dropped", "quarantined", "MB"));
    long aside = quarantined.values().stream().mapToLong(Long::longValue).sum();
    long documents = sum(StageCounts.READ, true);
    long bytes = sum(StageCounts.READ, false);
    out.append(
        "%-18s %,12d %12s %,12d %10.1f%n".formatted("read", documents, "-", aside, bytes / 1e6));
    for (String stage : ORDER) {
      long dropped = sum(stage, true);
      documents -= dropped;
      bytes -= sum(stage, false);
      out.append(
          "%-18s %,12d %,12d %12s %10.1f%n".formatted(stage, documents, dropped, "-", bytes / 1e6));
    }
    out.append(
        "shards             %,d samples, %,d tokens, %d shards; %,d tokens cut, %,d in dropped tails       conservation: ok%n"
            .formatted(samples, tokens, shards, cutTokens, droppedTokens));
    return out.toString();
  }

  private long sum(String stage, boolean documents) {
    return stages.stream()
        .filter(row -> row.stage().equals(stage))
        .mapToLong(row -> documents ? row.documents() : row.bytes())
        .sum();
  }

  /** The report for people, as Markdown. */
  public String markdown() {
    StringBuilder out = new StringBuilder("# Corpus report\n\n```\n").append(funnel());
    out.append("```\n\n## By source and language\n\n");
    out.append(
        "| stage | source | language | reason | documents | MB |\n|---|---|---|---|---|---|\n");
    for (Row row : stages) {
      out.append(
          "| %s | %s | %s | %s | %,d | %.2f |\n"
              .formatted(
                  row.stage(),
                  row.source().replace("|", "\\|"),
                  row.language(),
                  row.reason(),
                  row.documents(),
                  row.bytes() / 1e6));
    }
    out.append("\n## Quarantined\n\n");
    new TreeMap<>(quarantined).forEach((k, v) -> out.append("- %s: %,d\n".formatted(k, v)));
    new TreeMap<>(notes).forEach((k, v) -> out.append("- (note) %s: %,d\n".formatted(k, v)));
    badFiles.forEach(file -> out.append("- bad file: ").append(file).append('\n'));
    skippedFiles.forEach(file -> out.append("- skipped, hidden: ").append(file).append('\n'));
    out.append("\n## Examples of dropped documents\n\n");
    for (Row row : stages) {
      if (!row.examples().isEmpty()) {
        out.append("### %s: %s (%s)\n\n".formatted(row.stage(), row.reason(), row.source()));
        row.examples()
            .forEach(e -> out.append("- ").append(e.replace('\n', ' ').strip()).append('\n'));
        out.append('\n');
      }
    }
    return out.toString();
  }
}
