package io.retromae.embed.job.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.output.OutputFolder;
import io.retromae.core.output.OutputMode;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.embed.metric.QueryScores;
import io.retromae.embed.report.EvaluationReport;
import io.retromae.embed.report.HtmlReport;
import io.retromae.embed.report.JsonReport;
import io.retromae.embed.report.MarkdownReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The output folder of an evaluation. Texts and vectors in it are known by all that they depend on,
 * so any evaluation may go on in it: only the report is of one configuration.
 */
final class EvaluationFolder {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> ENTRIES =
      List.of("report", "scores", "runs", "vectors", "texts");

  /** Of these, what is of one configuration. */
  private static final List<String> REPORTED = List.of("report", "scores", "runs");

  private static final Map<String, String> IDENTITY = Map.of("job", "evaluate");

  private final Storage storage;
  private final String path;

  /**
   * A folder.
   *
   * @param path as in the settings
   */
  EvaluationFolder(Storage storage, String path) {
    this.storage = storage;
    this.path = storage.qualify(path);
  }

  /** Qualified. */
  String path() {
    return path;
  }

  OutputFolder.Found check(OutputMode mode) {
    return folder().check(IDENTITY, mode);
  }

  /** Takes the folder; what earlier starts have reported goes, what they computed stays. */
  void claim(String yaml, OutputMode mode) {
    folder().claim(IDENTITY, yaml, mode);
    OwnedFolder owned = new OwnedFolder(storage, path);
    REPORTED.forEach(owned::delete);
  }

  private OutputFolder folder() {
    return new OutputFolder(storage, path, ENTRIES);
  }

  /** Writes the report, which ends the work; the one for programs comes last. */
  void write(EvaluationReport report) {
    publish("report.html", HtmlReport.of(report));
    publish("report.md", MarkdownReport.of(report));
    publish("report.json", JsonReport.of(report));
  }

  private void publish(String name, String text) {
    storage.publish(path + "/report/" + name, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes the scores of single queries as JSON lines.
   *
   * @return the file, relative to the report
   */
  String write(String competitor, String task, QueryScores scores) {
    String name = "scores/%s/%s.jsonl".formatted(competitor, task);
    storage.publish(path + "/" + name, out -> write(scores, out));
    return "../" + name;
  }

  private static void write(QueryScores scores, OutputStream out) throws IOException {
    for (int row = 0; row < scores.queries().size(); row++) {
      ObjectNode line = JSON.createObjectNode().put("query", scores.queries().get(row));
      for (Map.Entry<String, double[]> column : scores.columns().entrySet()) {
        line.put(column.getKey(), column.getValue()[row]);
      }
      out.write(JSON.writeValueAsBytes(line));
      out.write('\n');
    }
  }
}
