package io.retromae.embed.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.embed.report.EvaluationReport.Bounds;
import io.retromae.embed.report.EvaluationReport.Comparison;
import io.retromae.embed.report.EvaluationReport.CompetitorLine;
import io.retromae.embed.report.EvaluationReport.Document;
import io.retromae.embed.report.EvaluationReport.Query;
import io.retromae.embed.report.EvaluationReport.Score;
import io.retromae.embed.report.EvaluationReport.TaskResult;
import io.retromae.embed.report.EvaluationReport.WorstQueries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Reads what {@link JsonReport} wrote, so that pages can be made of it again. */
public final class JsonReader {
  private JsonReader() {}

  /**
   * The report of a file.
   *
   * @param file named in errors
   * @throws CorruptDataException if it is none, or one of another version
   */
  public static EvaluationReport read(String file, String json) {
    try {
      JsonNode root = new ObjectMapper().readTree(json);
      if (root.path("format_version").asInt() != JsonReport.VERSION || !root.has("competitors")) {
        throw new CorruptDataException(
            String.format(
                Locale.ROOT,
                "%s: not the report of an evaluation in format version %d; run evaluate again",
                file,
                JsonReport.VERSION));
      }
      return report(root);
    } catch (JsonProcessingException e) {
      throw new CorruptDataException(file + ": not a report: " + e.getOriginalMessage(), e);
    }
  }

  private static EvaluationReport report(JsonNode root) {
    Map<String, String> provenance = new LinkedHashMap<>();
    each(root.path("provenance"), (name, value) -> provenance.put(name, value.asText()));
    return new EvaluationReport(
        list(root.path("tasks"), JsonReader::task),
        list(
            root.path("competitors"),
            one ->
                new CompetitorLine(
                    text(one, "name"), text(one, "description"), texts(one.path("notes")))),
        text(root, "baseline"),
        list(root.path("comparisons"), JsonReader::comparison),
        texts(root.path("warnings")),
        list(
            root.path("settings"),
            one -> new ResolvedSetting(text(one, "path"), text(one, "value"), text(one, "origin"))),
        provenance);
  }

  private static TaskResult task(JsonNode node) {
    return new TaskResult(
        text(node, "name"),
        text(node, "kind"),
        text(node, "description"),
        text(node, "main_metric"),
        counts(node.path("left_out")),
        list(node.path("scores"), JsonReader::score),
        list(
            node.path("worst_queries"),
            worst ->
                new WorstQueries(
                    text(worst, "competitor"),
                    text(worst, "metric"),
                    list(worst.path("queries"), JsonReader::query))));
  }

  private static Score score(JsonNode node) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    each(node.path("metrics"), (name, value) -> metrics.put(name, number(value)));
    return new Score(
        text(node, "competitor"),
        number(node.path("score")),
        bounds(node),
        Optional.of(number(node.path("deviation"))).filter(value -> !value.isNaN()),
        metrics,
        counts(node.path("counts")),
        node.path("per_query").isTextual()
            ? Optional.of(text(node, "per_query"))
            : Optional.empty());
  }

  private static Query query(JsonNode node) {
    return new Query(
        text(node, "id"),
        text(node, "text"),
        number(node.path("score")),
        list(node.path("wanted"), JsonReader::document),
        list(node.path("found"), JsonReader::document));
  }

  private static Document document(JsonNode node) {
    return new Document(
        text(node, "id"),
        text(node, "text"),
        node.path("grade").asInt(),
        node.path("rank").isNumber() ? Optional.of(node.path("rank").asInt()) : Optional.empty());
  }

  private static Comparison comparison(JsonNode node) {
    return new Comparison(
        text(node, "task"),
        text(node, "competitor"),
        number(node.path("difference")),
        bounds(node),
        number(node.path("share_above_zero")));
  }

  private static Optional<Bounds> bounds(JsonNode node) {
    return node.path("low").isNumber() && node.path("high").isNumber()
        ? Optional.of(new Bounds(node.path("low").asDouble(), node.path("high").asDouble()))
        : Optional.empty();
  }

  private static Map<String, Long> counts(JsonNode node) {
    Map<String, Long> counts = new LinkedHashMap<>();
    each(node, (name, value) -> counts.put(name, value.asLong()));
    return counts;
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asText();
  }

  private static double number(JsonNode value) {
    return value.isNumber() ? value.asDouble() : Double.NaN;
  }

  private static List<String> texts(JsonNode array) {
    return list(array, JsonNode::asText);
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> of) {
    List<T> list = new ArrayList<>();
    array.forEach(node -> list.add(of.apply(node)));
    return list;
  }

  private static void each(JsonNode object, BiConsumer<String, JsonNode> take) {
    object.fieldNames().forEachRemaining(name -> take.accept(name, object.path(name)));
  }
}
