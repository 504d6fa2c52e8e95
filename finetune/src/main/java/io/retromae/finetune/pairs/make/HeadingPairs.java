package io.retromae.finetune.pairs.make;

import java.util.ArrayList;
import java.util.List;

/** Heading to the paragraphs below it; the first block is the document's title. */
final class HeadingPairs {
  private HeadingPairs() {}

  static List<Pair> of(TitledText document) {
    List<String> blocks = Blocks.of(document.text());
    int first = document.title().isEmpty() ? 1 : 0;
    List<Pair> pairs = new ArrayList<>();
    for (int n = first; n < blocks.size() - 1; n++) {
      if (Blocks.mayBeHeading(blocks.get(n)) && Blocks.isTelling(blocks.get(n))) {
        String paragraphs = Blocks.paragraphsBehind(blocks, n);
        if (!paragraphs.isEmpty()) {
          pairs.add(new Pair(Blocks.line(blocks.get(n)), paragraphs));
        }
      }
    }
    return pairs;
  }
}
