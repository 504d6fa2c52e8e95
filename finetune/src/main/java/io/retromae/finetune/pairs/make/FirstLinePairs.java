package io.retromae.finetune.pairs.make;

import java.util.List;

/** First line to the text behind it. */
final class FirstLinePairs {
  private FirstLinePairs() {}

  static List<Pair> of(TitledText document) {
    String text = document.text();
    int end = text.indexOf('\n');
    String rest = end < 0 ? "" : text.substring(end).strip();
    return rest.isEmpty() ? List.of() : List.of(new Pair(text.substring(0, end).strip(), rest));
  }
}
