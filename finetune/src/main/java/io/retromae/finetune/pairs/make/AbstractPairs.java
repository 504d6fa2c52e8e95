package io.retromae.finetune.pairs.make;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Title of a paper to its abstract, in the layout of PubMed Central in the Pile: the title, {@code
 * Abstract}, paragraphs that may stand below headings of their own ({@code Background}, {@code
 * Results}), and the paper, which begins with the first other heading, or with one of them again.
 */
final class AbstractPairs {
  /** The mark stands near the beginning, behind authors at most. */
  private static final int LAST_MARK = 5;

  /** Headings of structured abstracts (NLM's categories and their usual names). */
  private static final Set<String> PARTS =
      Set.of(
          "background",
          "context",
          "introduction",
          "objective",
          "objectives",
          "aim",
          "aims",
          "purpose",
          "design",
          "setting",
          "patients",
          "participants",
          "interventions",
          "method",
          "methods",
          "materials and methods",
          "methods and findings",
          "methodology/principal findings",
          "principal findings",
          "findings",
          "result",
          "results",
          "main outcome measures",
          "discussion",
          "interpretation",
          "conclusion",
          "conclusions",
          "conclusions/significance",
          "significance");

  private AbstractPairs() {}

  static List<Pair> of(TitledText document) {
    List<String> blocks = Blocks.of(document.text());
    int mark = 0;
    while (mark < blocks.size() && !blocks.get(mark).equalsIgnoreCase("abstract")) {
      mark++;
    }
    boolean titled = !document.title().isEmpty();
    if (mark == blocks.size() || mark > LAST_MARK || mark == 0 && !titled) {
      return List.of();
    }
    String title = titled ? document.title() : Blocks.line(blocks.get(0));
    List<String> paragraphs = paragraphs(blocks.subList(mark + 1, blocks.size()));
    return paragraphs.isEmpty()
        ? List.of()
        : List.of(new Pair(title, String.join("\n\n", paragraphs)));
  }

  private static List<String> paragraphs(List<String> blocks) {
    List<String> paragraphs = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String block : blocks) {
      if (!Blocks.mayBeHeading(block)) {
        paragraphs.add(block);
        continue;
      }
      String part = block.toLowerCase(Locale.ROOT);
      boolean plain = seen.isEmpty() && !paragraphs.isEmpty(); // without parts, and over
      if (plain || !PARTS.contains(part) || !seen.add(part)) {
        return paragraphs;
      }
    }
    return paragraphs;
  }
}
