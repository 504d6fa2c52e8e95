package io.retromae.finetune.pairs;

import io.retromae.core.config.Setting;
import io.retromae.finetune.pairs.make.PairKind;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * What pairs are made of the documents of a source.
 *
 * @param source with its corpus, or a corpus for all its sources without a rule of their own
 * @param kinds of pairs, each a data set
 * @param name first part of the data sets' names, for a corpus before the rest of a source's; empty
 *     for the source's
 */
public record PairRule(
    @Setting(
            doc =
                "A source such as wudao/百科, or a corpus such as wudao for all its sources without a"
                    + " rule of their own.")
        String source,
    @Setting(
            doc =
                "title, first_line, question, article, abstract, heading, section, docstring: each"
                    + " gives a data set.")
        List<PairKind> kinds,
    @Setting(
            doc =
                "Begins the names of its data sets, for a corpus before the rest of a source's; null"
                    + " takes letters and digits of the source.",
            standard = "null")
        Optional<String> name)
    implements Serializable {

  /** Checks the name, which becomes that of a file. */
  public PairRule {
    kinds = List.copyOf(kinds);
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("kinds = []: give at least one kind of pairs");
    }
    if (name.isPresent() && !name.get().matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "name = '%s': must be letters, digits, '.', '_' and '-'".formatted(name.get()));
    }
  }
}
