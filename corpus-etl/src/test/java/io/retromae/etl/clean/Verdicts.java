package io.retromae.etl.clean;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.storage.Storage;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.text.Words;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** What all stages together make of documents. */
final class Verdicts {
  private final Stages stages;

  /** The stages with these assignments. */
  Verdicts(String... assignments) {
    var loaded = ConfigLoader.load(FilterSettings.class, List.of(), List.of(assignments));
    List<String> resolved =
        loaded.settings().stream().map(s -> s.path() + "=" + s.value()).toList();
    stages = Stages.of(loaded.value(), resolved, new Storage(new Configuration(false)));
  }

  /**
   * A text of the lists of labelled ones.
   *
   * @param good whether it is to be kept
   * @param genre such as {@code en recipe}
   * @param text itself
   */
  record Labelled(boolean good, String genre, String text) {}

  /** The texts of a list in this package: a line {@code ### good en recipe} goes before each. */
  static List<Labelled> labelled(String resource) throws IOException {
    List<Labelled> texts = new ArrayList<>();
    try (InputStream in = Verdicts.class.getResourceAsStream(resource)) {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String part : all.substring("### ".length()).split("\n### ")) {
        String[] lines = part.split("\n", 2);
        String[] label = lines[0].split(" ", 2);
        texts.add(new Labelled(label[0].equals("good"), label[1], lines[1]));
      }
    }
    return texts;
  }

  /** {@code kept}, or stage and reason. */
  String of(String source, String raw) {
    Words words = Words.of(stages.normalizer(source).apply(raw).text());
    Language language = stages.languages(source).identify(words.text()).language();
    CleanDocument document = new CleanDocument(source, language, words);
    for (DocumentStage stage : stages.of(source)) {
      if (stage.scope().covers(document)) {
        DocumentStage.Result result = stage.apply(document);
        if (result instanceof DocumentStage.Result.Dropped dropped) {
          return stage.name() + ":" + dropped.reason();
        }
        if (result instanceof DocumentStage.Result.Changed changed) {
          document = changed.document();
        }
      }
    }
    return "kept";
  }
}
