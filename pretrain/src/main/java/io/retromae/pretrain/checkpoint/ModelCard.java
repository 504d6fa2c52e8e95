package io.retromae.pretrain.checkpoint;

import io.retromae.core.display.Displayed;
import io.retromae.pretrain.model.BertShape;
import io.retromae.pretrain.train.EvaluationReport;
import io.retromae.pretrain.train.TrainingState;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The export's README.md, as the Hugging Face hub expects a model card. */
final class ModelCard {
  private ModelCard() {}

  static String text(RunDescription run, BertShape shape, TrainingState state) {
    return String.join(
        "\n",
        header(run),
        "# A RetroMAE base model",
        "",
        "A BERT encoder pre-trained with %s on Apache Spark (retromae-spark). It is a **base for"
            .formatted(run.method()),
        "fine-tuning** a retriever: its [CLS] vector was trained to let a weak decoder rebuild the"
            + " text,",
        "not yet to be close to the vectors of relevant texts.",
        "",
        "%d layers, hidden size %d, %d heads, vocabulary %d, up to %d tokens."
            .formatted(
                shape.numHiddenLayers(),
                shape.hiddenSize(),
                shape.numAttentionHeads(),
                shape.vocabSize(),
                run.maxSeqLength()),
        base(run.base()),
        usage(),
        "## Training data",
        "",
        "%,d samples, %,d tokens:".formatted(run.corpusSamples(), run.corpusTokens()),
        "",
        "| source | samples |",
        "|---|---|",
        run.sources().entrySet().stream()
            .map(e -> "| %s | %,d |".formatted(Displayed.markdown(e.getKey()), e.getValue()))
            .collect(Collectors.joining("\n")),
        "",
        run.license().isEmpty()
            ? "The licence of the model follows from these sources; check them before you publish it."
            : "Licence: %s, as whoever trained it states.".formatted(run.license()),
        "",
        "## Recipe",
        "",
        "%,d steps; total loss %.4f at the first step, %.4f at the last (encoder %.4f, decoder %.4f)."
                .formatted(
                    state.step(),
                    state.firstLoss(),
                    state.lastLosses().total(),
                    state.lastLosses().encoder(),
                    state.lastLosses().decoder())
            + evaluation(state.lastEvaluation()),
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
        "Xiao et al. 2022, RetroMAE, arXiv:2205.12035."
            + (run.method().equals("dupmae") ? " Liu & Shao 2022, arXiv:2211.08769." : ""),
        "");
  }

  private static String header(RunDescription run) {
    String languages =
        run.sources().keySet().stream()
            .map(source -> source.startsWith("wudao") ? "zh" : "en")
            .distinct()
            .sorted()
            .map(language -> "- " + language + "\n")
            .collect(Collectors.joining());
    String tags =
        Stream.of("retromae", run.method().toLowerCase(Locale.ROOT), "feature-extraction")
            .distinct()
            .map(tag -> "- " + tag + "\n")
            .collect(Collectors.joining());
    return """
    ---
    language:
    %s%s%slibrary_name: sentence-transformers
    pipeline_tag: feature-extraction
    tags:
    %s---
    """
        .formatted(
            languages,
            entry("license", run.license()),
            entry("base_model", run.base().name()),
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

  private static String usage() {
    return """
    ## Use

    ```python
    from transformers import AutoModel, AutoTokenizer          # or BertForMaskedLM for the MLM head
    tokenizer = AutoTokenizer.from_pretrained("path/to/export")
    model = AutoModel.from_pretrained("path/to/export")
    vectors = model(**tokenizer(["a text"], return_tensors="pt")).last_hidden_state[:, 0]
    ```

    ```python
    from sentence_transformers import SentenceTransformer
    vectors = SentenceTransformer("path/to/export").encode(["a text"])
    ```

    To fine-tune with FlagEmbedding give this folder as `--model_name_or_path` and
    `--sentence_pooling_method cls`. `decoder/` holds the enhanced decoder, to go on pre-training.
    `reference-vectors.json` holds ids and vectors of some texts, to check a loaded model against.
    """;
  }

  private static String evaluation(EvaluationReport report) {
    return report.present()
        ? String.format(
            Locale.ROOT,
            "\n\nOn %,d held-out samples after step %,d: encoder loss %.4f, accuracy %.4f;"
                + " decoder loss %.4f, accuracy %.4f.",
            report.sums().rows(),
            report.step(),
            report.encoderLoss(),
            report.encoderAccuracy(),
            report.decoderLoss(),
            report.decoderAccuracy())
        : "";
  }

  private static String rows(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(e -> "| `%s` | %s |".formatted(e.getKey(), Displayed.markdown(e.getValue())))
        .collect(Collectors.joining("\n"));
  }
}
