package io.retromae.embed.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.embed.report.EvaluationReport.Bounds;
import io.retromae.embed.report.EvaluationReport.Comparison;
import io.retromae.embed.report.EvaluationReport.Document;
import io.retromae.embed.report.EvaluationReport.Query;
import io.retromae.embed.report.EvaluationReport.Score;
import io.retromae.embed.report.EvaluationReport.TaskResult;
import io.retromae.embed.report.EvaluationReport.WorstQueries;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The report as JSON, for programs. Undefined numbers are null, and so is what there is not. */
public final class JsonReport {
  /** Of the layout. */
  static final int VERSION = 1;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JsonReport() {}

  /** The whole report. */
  public static String of(EvaluationReport report) {
    ObjectNode root = JSON.createObjectNode().put("format_version", VERSION);
    root.put("baseline", report.baseline());
    ArrayNode competitors = root.putArray("competitors");
    report
        .competitors()
        .forEach(
            one -> {
              ObjectNode node = competitors.addObject().put("name", one.name());
              node.put("description", one.description());
              strings(node.putArray("notes"), one.notes());
            });
    ArrayNode tasks = root.putArray("tasks");
    report.tasks().forEach(task -> task(tasks.addObject(), task));
    ArrayNode comparisons = root.putArray("comparisons");
    report.comparisons().forEach(one -> comparison(comparisons.addObject(), one));
    ArrayNode averages = root.putArray("averages");
    AverageRow.of(report).forEach(row -> average(averages.addObject(), row));
    strings(root.putArray("warnings"), report.warnings());
    ArrayNode settings = root.putArray("settings");
    SettingRows.of(report)
        .forEach(
            one ->
                settings
                    .addObject()
                    .put("path", one.path())
                    .put("value", one.value())
                    .put("origin", one.origin()));
    ObjectNode provenance = root.putObject("provenance");
    report.provenance().forEach(provenance::put);
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void task(ObjectNode node, TaskResult task) {
    node.put("name", task.name()).put("kind", task.kind()).put("description", task.description());
    node.put("main_metric", task.mainMetric());
    counts(node.putObject("left_out"), task.leftOut());
    ArrayNode scores = node.putArray("scores");
    task.scores().forEach(score -> score(scores.addObject(), score));
    ArrayNode worst = node.putArray("worst_queries");
    task.worst().forEach(one -> worst(worst.addObject(), one));
  }

  private static void score(ObjectNode node, Score score) {
    node.put("competitor", score.competitor());
    number(node, "score", score.value());
    bounds(node, score.interval());
    number(node, "deviation", score.deviation().orElse(Double.NaN));
    ObjectNode metrics = node.putObject("metrics");
    score.metrics().forEach((name, value) -> number(metrics, name, value));
    counts(node.putObject("counts"), score.counts());
    node.put("per_query", score.perQuery().orElse(null));
  }

  private static void worst(ObjectNode node, WorstQueries worst) {
    node.put("competitor", worst.competitor()).put("metric", worst.metric());
    ArrayNode queries = node.putArray("queries");
    for (Query query : worst.queries()) {
      ObjectNode one = queries.addObject().put("id", query.id()).put("text", query.text());
      number(one, "score", query.value());
      documents(one.putArray("wanted"), query.wanted());
      documents(one.putArray("found"), query.found());
    }
  }

  private static void documents(ArrayNode array, List<Document> documents) {
    for (Document document : documents) {
      ObjectNode node = array.addObject().put("id", document.id()).put("text", document.text());
      node.put("grade", document.grade()).put("rank", document.rank().orElse(null));
    }
  }

  private static void comparison(ObjectNode node, Comparison comparison) {
    node.put("task", comparison.task()).put("competitor", comparison.competitor());
    number(node, "difference", comparison.difference());
    bounds(node, comparison.interval());
    number(node, "share_above_zero", comparison.shareAboveZero());
    node.put("significant", comparison.isSignificant());
  }

  private static void average(ObjectNode node, AverageRow row) {
    node.put("over", row.over()).put("competitor", row.competitor());
    number(node, "average", row.averages().overall());
    node.put("data_sets", row.scored()).put("of", row.size());
    ObjectNode kinds = node.putObject("kinds");
    row.averages().kinds().forEach((kind, mean) -> number(kinds, kind, mean));
    ObjectNode dataSets = node.putObject("data_sets_by_kind");
    row.averages().dataSets().forEach(dataSets::put);
  }

  private static void bounds(ObjectNode node, Optional<Bounds> bounds) {
    number(node, "low", bounds.map(Bounds::low).orElse(Double.NaN));
    number(node, "high", bounds.map(Bounds::high).orElse(Double.NaN));
  }

  private static void counts(ObjectNode node, Map<String, Long> counts) {
    counts.forEach(node::put);
  }

  private static void strings(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }

  private static void number(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}
