package io.retromae.training.huggingface;

import io.retromae.core.display.Displayed;
import io.retromae.training.bert.BertShape;
import io.retromae.training.loop.EvaluationReport;
import io.retromae.training.loop.EvaluationSums;
import io.retromae.training.loop.TrainingState;
import io.retromae.training.measure.Figures;
import io.retromae.training.measure.Selection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The export's README.md, as the Hugging Face hub expects a model card. */
final class ModelCard {
  private ModelCard() {}

  static String text(
      RunDescription run, ObjectiveCard objective, BertShape shape, TrainingState state) {
    return String.join(
        "\n",
        header(run, objective),
        "# " + objective.title(),
        "",
        String.join("\n", objective.purpose()),
        "",
        "%d layers, hidden size %d, %d heads, vocabulary %d, up to %d tokens."
            .formatted(
                shape.numHiddenLayers(),
                shape.hiddenSize(),
                shape.numAttentionHeads(),
                shape.vocabSize(),
                run.maxSeqLength()),
        base(run.base()),
        CardUsage.of(run, objective),
        "## Training data",
        "",
        data(run, objective.data()),
        "",
        run.license().isEmpty()
            ? "The licence of the model follows from these sources; check them before you publish it."
            : "Licence: %s, as whoever trained it states.".formatted(run.license()),
        "",
        "## Recipe",
        "",
        "%,d steps; total loss %.4f at the first step, %.4f at the last (%s)."
                .formatted(
                    state.step(),
                    state.firstLoss(),
                    state.lastLosses().total(),
                    state.lastLosses().terms().entrySet().stream()
                        .filter(term -> objective.terms().contains(term.getKey()))
                        .map(term -> "%s %.4f".formatted(term.getKey(), term.getValue()))
                        .collect(Collectors.joining(", ")))
            + evaluation(state.lastEvaluation(), objective)
            + best(state.selection(), state.step())
            + measured(state.figures()),
        "",
        "| setting | value |",
        "|---|---|",
        rows(run.settings()),
        "",
        "## Limitations",
        "",
        "Learned from the texts above, with their gaps and biases. Not evaluated on any benchmark"
            + " by",
        "this export.",
        "",
        "## Citation",
        "",
        objective.citation(),
        "");
  }

  private static String data(RunDescription run, ObjectiveCard.Data data) {
    String tokens =
        run.corpusTokens() == 0 ? "" : ", %,d tokens".formatted(run.corpusTokens()); // not counted
    String sources =
        "%,d %s%s:\n\n%s"
            .formatted(
                run.corpusSamples(),
                data.unit(),
                tokens,
                counts(data.origin(), data, run.sources()));
    return run.treatments().isEmpty()
        ? sources
        : sources + "\n\nWhat reading found and did:\n\n" + counts("what", data, run.treatments());
  }

  private static String counts(String what, ObjectiveCard.Data data, Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(e -> "| %s | %,d |".formatted(Displayed.markdown(e.getKey()), e.getValue()))
        .collect(
            Collectors.joining("\n", "| %s | %s |\n|---|---|\n".formatted(what, data.unit()), ""));
  }

  private static String header(RunDescription run, ObjectiveCard objective) {
    String languages =
        switch (objective.data()) {
          case CORPUS ->
              run.sources().keySet().stream()
                  .map(source -> source.startsWith("wudao") ? "zh" : "en")
                  .distinct()
                  .sorted()
                  .map(language -> "- " + language + "\n")
                  .collect(Collectors.joining("", "language:\n", ""));
          case PAIRS -> ""; // names of data sets do not tell
        };
    String tags =
        Stream.concat(objective.tags().stream(), Stream.of("feature-extraction"))
            .distinct()
            .map(tag -> "- " + tag + "\n")
            .collect(Collectors.joining());
    return """
    ---
    %s%s%slibrary_name: sentence-transformers
    pipeline_tag: %s
    tags:
    %s---
    """
        .formatted(
            languages,
            entry("license", run.license()),
            entry("base_model", run.base().name()),
            objective.data() == ObjectiveCard.Data.PAIRS
                ? "sentence-similarity"
                : "feature-extraction",
            tags);
  }

  private static String entry(String key, String value) {
    return value.isEmpty() ? "" : key + ": " + value + "\n";
  }

  private static String base(BaseModel base) {
    if (base.equals(BaseModel.NONE)) {
      return "";
    }
    String name = base.name().isEmpty() ? "a model" : base.name();
    String license =
        base.license().isEmpty() ? "" : ", whose card names the licence " + base.license();
    return "\nTraining began with " + name + license + ".\n";
  }

  private static String evaluation(EvaluationReport report, ObjectiveCard objective) {
    return report.present()
        ? String.format(
            Locale.ROOT,
            "\n\nOn %,d held-out samples after step %,d: %s.",
            report.sums().rows(),
            report.step(),
            report.sums().terms().entrySet().stream()
                .filter(term -> objective.terms().contains(term.getKey()))
                .map(term -> result(term.getKey(), term.getValue()))
                .collect(Collectors.joining("; ")))
        : "";
  }

  private static String best(Selection selection, long step) {
    return selection.bestStep() == step
        ? "\n\nAfter step %,d `%s` was the best of its run so far."
            .formatted(step, Displayed.markdown(selection.metric()))
        : "";
  }

  /** A table of what was measured first and last; a change for the worse is to be seen, too. */
  private static String measured(Figures figures) {
    if (figures.last().isEmpty()) {
      return "";
    }
    return figures.last().entrySet().stream()
        .map(
            last -> {
              Figures.Figure first = figures.first().get(last.getKey());
              return String.format(
                  Locale.ROOT,
                  "| `%s` | %.4f (step %,d) | %.4f (step %,d) |",
                  Displayed.markdown(last.getKey()),
                  first.value(),
                  first.step(),
                  last.getValue().value(),
                  last.getValue().step());
            })
        .collect(
            Collectors.joining(
                "\n", "\n\n| metric | measured first | here |\n|---|---|---|\n", ""));
  }

  private static String result(String term, EvaluationSums.Sum sum) {
    String loss = String.format(Locale.ROOT, "%s loss %.4f", term, sum.meanLoss());
    return sum.correct().isEmpty()
        ? loss
        : loss + String.format(Locale.ROOT, ", accuracy %.4f", sum.accuracy());
  }

  private static String rows(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(e -> "| `%s` | %s |".formatted(e.getKey(), Displayed.markdown(e.getValue())))
        .collect(Collectors.joining("\n"));
  }
}
