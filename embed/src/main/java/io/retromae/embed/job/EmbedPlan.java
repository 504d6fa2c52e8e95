package io.retromae.embed.job;

import io.retromae.core.display.Displayed;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderDefaults;
import io.retromae.embed.encoder.EncoderFolder;
import io.retromae.embed.encoder.EncoderOptions;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.embed.source.InputFile;
import io.retromae.embed.source.InputFiles;
import io.retromae.embed.source.InputUnit;
import io.retromae.embed.source.InputUnits;
import io.retromae.training.bert.BertShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a run will do, found before Spark starts: the encoder and its instruction, the files, their
 * division. The same settings and files give the same plan anywhere.
 */
public final class EmbedPlan {
  private static final int LISTED = 20;

  private final EncoderFolder encoder;
  private final EncoderSpec spec;
  private final String instruction;
  private final InputFiles inputs;
  private final List<InputUnit> units;
  private final List<String> saidAloud = new ArrayList<>();

  private EmbedPlan(Storage storage, EmbedConfig config) {
    this.inputs = InputFiles.find(storage, config.inputs());
    this.encoder = EncoderFolder.open(storage, config.model());
    this.spec =
        encoder.spec(
            new EncoderOptions(
                config.pooling(),
                config.normalize(),
                config.maxLength(),
                config.compute().tokensPerBatch(),
                config.compute().device()));
    saidAloud.addAll(encoder.defaults().saidAloud());
    this.instruction = instruction(config);
    List<String> problems = new ArrayList<>();
    checkCorpora(problems);
    checkNames(problems);
    if ((storage.qualify(config.output()) + "/").startsWith(spec.folder() + "/")) {
      problems.add(
          "output = %s: lies in the folder of the model, %s; choose another"
              .formatted(config.output(), spec.folder()));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    this.units = InputUnits.of(storage, inputs, config.bytesPerTask());
  }

  /**
   * Makes it.
   *
   * @throws ConfigException with what the user has to mend: model, inputs, vocabulary of a corpus
   */
  public static EmbedPlan of(Storage storage, EmbedConfig config) {
    return new EmbedPlan(storage, config);
  }

  private String instruction(EmbedConfig config) {
    if (config.instruction().isPresent()) {
      return config.instruction().get();
    }
    EncoderDefaults defaults = encoder.defaults();
    Map<String, String> prompts = defaults.prompts();
    if (config.kind().isEmpty()) {
      return defaults.defaultPrompt().map(name -> prompts.getOrDefault(name, "")).orElse("");
    }
    List<String> names =
        switch (config.kind().get()) {
          case QUERY -> List.of("query");
          case PASSAGE -> List.of("passage", "document", "corpus");
          case NONE -> List.of();
        };
    Optional<String> prompt =
        names.stream().filter(prompts::containsKey).map(prompts::get).findFirst();
    if (prompt.isEmpty() && !names.isEmpty()) {
      saidAloud.add(
          "%s: has no prompt '%s'%s: texts are embedded as they are"
              .formatted(
                  config.model(),
                  names.get(0),
                  prompts.isEmpty()
                      ? ""
                      : ", only " + String.join(", ", new TreeSet<>(prompts.keySet()))));
    }
    return prompt.orElse("");
  }

  private void checkCorpora(List<String> problems) {
    String own = encoder.vocabulary().fingerprint();
    for (InputFiles.Corpus corpus : inputs.corpora()) {
      String made = corpus.manifest().vocabularyFingerprint();
      if (!made.equals(own)) {
        problems.add(
            "%s: its token ids are of the vocabulary %s, the model %s has %s; make the corpus with the model's vocabulary, or embed its texts"
                .formatted(corpus.folder(), made, spec.folder(), own));
      } else if (!corpus.manifest().wordRules().equals(encoder.wordRules())) {
        problems.add(
            "%s: its texts were split by %s, the model's by %s; make the corpus with the model's rules, or embed its texts"
                .formatted(corpus.folder(), corpus.manifest().wordRules(), encoder.wordRules()));
      }
      if (!instruction.isEmpty()) {
        problems.add(
            "%s: holds token ids, before which no instruction can be put ('%s'); set kind: none, or embed its texts"
                .formatted(corpus.folder(), Displayed.line(instruction)));
      }
    }
  }

  /** Made ids are all different because names are. */
  private void checkNames(List<String> problems) {
    Set<String> names = new TreeSet<>();
    for (InputFile file : inputs.files()) {
      if (!file.hasOwnIds() && !names.add(file.name()) && problems.size() < LISTED) {
        problems.add(
            "%s: another input has a file %s, too, so that both would give the same ids; set id_column, or one input with the folder above both"
                .formatted(file.path(), file.name()));
      }
    }
  }

  /** The units, in the order of the inputs. */
  public List<InputUnit> units() {
    return units;
  }

  /** Stored bytes of all inputs. */
  public long bytes() {
    return units.stream().mapToLong(InputUnit::bytes).sum();
  }

  /** Sizes of the model. */
  public BertShape shape() {
    return encoder.shape();
  }

  /** The model and how it is used. */
  public EncoderSpec encoder() {
    return spec;
  }

  EncoderFolder folder() {
    return encoder;
  }

  String instruction() {
    return instruction;
  }

  List<InputFile> files() {
    return inputs.files();
  }

  EmbedContext context(Storage storage, EmbedConfig config) {
    return new EmbedContext(
        storage,
        storage.qualify(config.output()),
        spec,
        instruction,
        config.format(),
        config.rowsPerFile());
  }

  /** The files, some of them. */
  public List<String> listing() {
    List<String> lines = new ArrayList<>();
    for (InputFile file : inputs.files().subList(0, Math.min(LISTED, inputs.files().size()))) {
      lines.add(
          "%s  %s, %,d bytes"
              .formatted(file.path(), file.format().name().toLowerCase(Locale.ROOT), file.size()));
    }
    if (inputs.files().size() > LISTED) {
      lines.add("and %,d more".formatted(inputs.files().size() - LISTED));
    }
    return lines;
  }

  /** Start-up lines. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "model    %s: vectors of %d, %s pooling, %s, texts of up to %d tokens"
            .formatted(
                spec.folder(),
                encoder.width(),
                spec.pooling().name().toLowerCase(Locale.ROOT),
                spec.normalize() ? "normalized" : "not normalized",
                spec.maxLength()));
    if (!instruction.isEmpty()) {
      lines.add("before each text: '%s'".formatted(Displayed.line(instruction)));
    }
    saidAloud.forEach(lines::add);
    lines.add(
        "inputs   %,d files, %.1f MB, for %,d tasks%s"
            .formatted(
                inputs.files().size(),
                bytes() / 1e6,
                units.size(),
                inputs.unread().isEmpty()
                    ? ""
                    : "; not read: %,d others, such as %s"
                        .formatted(inputs.unread().size(), inputs.unread().get(0))));
    return lines;
  }
}
