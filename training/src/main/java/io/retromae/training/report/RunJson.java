package io.retromae.training.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** The report as JSON, for programs: judgements and figures, no curves. */
final class RunJson {
  private static final int VERSION = 1;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private RunJson() {}

  static String of(Run run) {
    List<Check> checks = Checks.of(run);
    Overview overview = Overview.of(run, checks);
    ObjectNode root = JSON.createObjectNode().put("format_version", VERSION);
    root.put("holds", "training run").put("command", run.command());
    root.put("folder", run.folder()).put("made", run.now().toString());
    root.put("stage", lower(run.stage())).put("step", run.step());
    if (run.totalSteps().isPresent()) {
      root.put("total_steps", run.totalSteps().getAsLong());
    } else {
      root.putNull("total_steps");
    }
    root.put("tokens", Math.round(run.metrics().tokens()));
    root.put("level", lower(overview.level())).put("headline", overview.headline());
    strings(root.putArray("what"), overview.what());
    strings(root.putArray("how"), overview.how());
    root.put("next", overview.next().headline());
    strings(root.putArray("commands"), overview.next().commands());
    ArrayNode all = root.putArray("checks");
    for (Check check : checks) {
      all.addObject()
          .put("about", check.about())
          .put("level", lower(check.level()))
          .put("text", check.text());
    }
    ObjectNode figures = root.putObject("figures");
    for (String key : run.metrics().keys()) {
      Curve curve = run.metrics().curve(key);
      ObjectNode figure = figures.putObject(key);
      number(figure, "first", curve.first());
      number(figure, "last", curve.last());
      number(figure, "lately", curve.lately());
      number(figure, "lowest", curve.lowest().y());
      number(figure, "highest", curve.highest().y());
      figure.put("values", curve.values()).put("not_finite", curve.notFinite());
    }
    ArrayNode sources = root.putArray("sources");
    for (DataUse use : DataUse.of(run)) {
      ObjectNode source = sources.addObject().put("name", use.name());
      source.put("samples", use.samples()).put("tokens", use.tokens());
      source.put("weight", use.weight()).put("share", use.share());
    }
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void strings(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  private static void number(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}
