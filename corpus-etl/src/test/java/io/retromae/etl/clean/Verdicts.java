package io.retromae.etl.clean;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.storage.Storage;
import io.retromae.etl.stage.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** What all stages together make of documents. */
final class Verdicts {
  private static final String ANY_ID = "0".repeat(32);

  private final Cleaner cleaner;

  /** The stages with these assignments. */
  Verdicts(String... assignments) {
    var loaded = ConfigLoader.load(FilterSettings.class, List.of(), List.of(assignments));
    List<String> resolved =
        loaded.settings().stream().map(s -> s.path() + "=" + s.value()).toList();
    Storage storage = new Storage(new Configuration(false));
    cleaner = new Cleaner(Stages.of(loaded.value(), resolved, storage), 0);
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
    return cleaner.clean(ANY_ID, source, raw) instanceof Verdict.Dropped dropped
        ? dropped.stage() + ":" + dropped.reason()
        : "kept";
  }
}
