package io.retromae.finetune.pairs.make;

import java.util.List;

/** Title to text. */
final class TitlePairs {
  private TitlePairs() {}

  static List<Pair> of(TitledText document) {
    return document.title().isEmpty() || document.text().isEmpty()
        ? List.of()
        : List.of(new Pair(document.title(), document.text()));
  }
}
