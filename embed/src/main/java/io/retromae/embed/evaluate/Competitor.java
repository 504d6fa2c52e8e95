package io.retromae.embed.evaluate;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderCompute;
import io.retromae.embed.encoder.EncoderDefaults;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.task.Task;
import io.retromae.embed.task.TextSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Who is evaluated. */
public sealed interface Competitor {
  /** As settings and reports call it. */
  String name();

  /** What it is, in a line, for people. */
  String description();

  /**
   * Recorded vectors.
   *
   * @param folder qualified, with a folder for each task
   * @param comparison of queries and documents
   */
  record Recorded(String name, String folder, CompetitorSettings.Comparison comparison)
      implements Competitor {
    @Override
    public String description() {
      return "vectors in " + folder;
    }

    /** Where the vectors of a set lie. */
    public String of(Task task, TextSet set) {
      return folder + "/" + task.name() + "/" + set.label();
    }
  }

  /**
   * Recorded rankings.
   *
   * @param folder qualified, with a file for each task
   */
  record Ranked(String name, String folder) implements Competitor {
    @Override
    public String description() {
      return "rankings in " + folder;
    }

    /** The file of a task. */
    public String of(Task task) {
      return folder + "/" + task.name() + ".trec";
    }
  }

  /**
   * An encoder.
   *
   * @param folder of the model
   * @param settings of the competitor
   * @param compute where and in what batches
   */
  record Encoder(CompetitorSettings settings, EncoderFolder folder, EncoderCompute compute)
      implements Competitor {
    @Override
    public String name() {
      return settings.name();
    }

    @Override
    public String description() {
      EncoderSpec spec = spec(TextSet.CORPUS);
      return "%s: %s pooling, %s, width %d, queries %d tokens, others %d, compared by %s"
          .formatted(
              spec.folder(),
              spec.pooling().name().toLowerCase(Locale.ROOT),
              spec.normalize() ? "normalised" : "not normalised",
              folder.width(),
              spec(TextSet.QUERIES).maxLength(),
              spec.maxLength(),
              comparison().name().toLowerCase(Locale.ROOT));
    }

    /**
     * How queries and documents are compared.
     *
     * @throws ConfigException if the folder says it in a way that is not known here
     */
    public CompetitorSettings.Comparison comparison() {
      return settings
          .similarity()
          .or(() -> folder.defaults().similarity().map(this::known))
          .orElse(
              spec(TextSet.CORPUS).normalize()
                  ? CompetitorSettings.Comparison.COSINE
                  : CompetitorSettings.Comparison.DOT);
    }

    private CompetitorSettings.Comparison known(String similarity) {
      return switch (similarity) {
        case "cosine" -> CompetitorSettings.Comparison.COSINE;
        case "dot" -> CompetitorSettings.Comparison.DOT;
        default ->
            throw new ConfigException(
                "%s: similarity_fn_name = %s: documents are found by cosine or dot here; set similarity to one of them"
                    .formatted(settings.model().orElseThrow(), similarity));
      };
    }

    /** How texts of a set are encoded. */
    public EncoderSpec spec(TextSet set) {
      Optional<Integer> length =
          set == TextSet.QUERIES ? settings.queryMaxLength() : settings.passageMaxLength();
      return folder.spec(
          new EncoderOptions(
              settings.pooling(),
              settings.normalize(),
              length,
              compute.tokensPerBatch(),
              compute.device()));
    }

    /** What goes before each text of a set. */
    public String instruction(Task task, TextSet set) {
      EncoderDefaults defaults = folder.defaults();
      Map<String, String> prompts = defaults.prompts();
      return switch (set) {
        case QUERIES ->
            task.settings()
                .queryInstruction()
                .or(settings::queryInstruction)
                .orElse(prompts.getOrDefault("query", ""));
        case CORPUS ->
            settings
                .passageInstruction()
                .orElseGet(
                    () ->
                        Stream.of("passage", "document", "corpus")
                            .filter(prompts::containsKey)
                            .map(prompts::get)
                            .findFirst()
                            .orElse(""));
        case TEXTS ->
            settings
                .textInstruction()
                .or(() -> defaults.defaultPrompt().map(prompts::get))
                .orElse("");
      };
    }

    /** Tells apart all that the vectors of a set depend on: hexadecimal. */
    public String vectorsOf(Task task, TextSet set) {
      EncoderSpec spec = spec(set);
      return Sha256.of(
          String.join(
              "\n",
              folder.fingerprint(),
              spec.pooling().toString(),
              Boolean.toString(spec.normalize()),
              Integer.toString(spec.maxLength()),
              task.texts().get(set).fingerprint(),
              instruction(task, set)));
    }
  }

  /**
   * Opens a competitor.
   *
   * @throws ConfigException if it is not there, or not of a known kind
   */
  static Competitor open(Storage storage, CompetitorSettings settings, EncoderCompute compute) {
    if (settings.model().isPresent()) {
      Encoder encoder =
          new Encoder(settings, EncoderFolder.open(storage, settings.model().get()), compute);
      List.of(TextSet.values()).forEach(encoder::spec); // refuses lengths that do not fit
      encoder.comparison(); // refuses another than ours
      return encoder;
    }
    String folder = storage.qualify(settings.vectors().or(settings::run).orElseThrow());
    return settings.vectors().isPresent()
        ? new Recorded(
            settings.name(),
            folder,
            settings.similarity().orElse(CompetitorSettings.Comparison.COSINE))
        : new Ranked(settings.name(), folder);
  }
}
