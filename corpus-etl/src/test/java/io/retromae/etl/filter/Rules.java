package io.retromae.etl.filter;

import io.retromae.core.config.ConfigLoader;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.text.Words;
import java.util.List;

/** What rules make of single texts. */
final class Rules {
  private Rules() {}

  /** The settings of a rule with these assignments, such as {@code min_words=3}. */
  static <T extends Record> T settings(Class<T> type, String... assignments) {
    return ConfigLoader.load(type, List.of(), List.of(assignments)).value();
  }

  /** {@code kept}, the reason if the text was dropped, or the new text. */
  static String verdict(DocumentStage rule, String source, Language language, String text) {
    DocumentStage.Result result = rule.apply(new CleanDocument(source, language, Words.of(text)));
    if (result instanceof DocumentStage.Result.Dropped dropped) {
      return dropped.reason();
    }
    return result instanceof DocumentStage.Result.Changed changed
        ? changed.document().text()
        : "kept";
  }
}
