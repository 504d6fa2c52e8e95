package io.retromae.finetune.pairs.make;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A text as blocks between blank lines, of which short ones may be headings. */
final class Blocks {
  /** Shorter blocks are no paragraphs. */
  private static final int SHORTEST_PARAGRAPH = 160;

  /** A heading's first paragraph has more, or the heading is one of a list. */
  private static final int SHORTEST_FIRST = 200;

  private static final int LONGEST_HEADING = 120;
  private static final String NO_END_OF_HEADING = ".:;,!?。：；，！？、";
  private static final Pattern BLANK_LINES = Pattern.compile("\\n[ \\t]*\\n");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private Blocks() {}

  static List<String> of(String text) {
    return BLANK_LINES.splitAsStream(text).map(String::strip).filter(b -> !b.isEmpty()).toList();
  }

  /** One line of few characters that does not end as a sentence does. */
  static boolean mayBeHeading(String block) {
    return block.length() < LONGEST_HEADING
        && block.indexOf('\n') < 0
        && NO_END_OF_HEADING.indexOf(block.charAt(block.length() - 1)) < 0;
  }

  /** The paragraphs behind a block, up to the next short one; empty if they are too short. */
  static String paragraphsBehind(List<String> blocks, int heading) {
    List<String> paragraphs = new ArrayList<>();
    for (int n = heading + 1; n < blocks.size() && isParagraph(blocks.get(n)); n++) {
      paragraphs.add(blocks.get(n));
    }
    return paragraphs.isEmpty() || paragraphs.get(0).length() < SHORTEST_FIRST
        ? ""
        : String.join("\n\n", paragraphs);
  }

  static boolean isParagraph(String block) {
    return block.length() >= SHORTEST_PARAGRAPH;
  }

  /**
   * Whether a text says enough to be searched by: three words of two letters, or four ideographs.
   * "Results" heads a section of every paper.
   */
  static boolean isTelling(String text) {
    int words = 0;
    int ideographs = 0;
    int letters = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      boolean ideograph = Character.isIdeographic(c);
      ideographs += ideograph ? 1 : 0;
      letters = Character.isLetter(c) && !ideograph ? letters + 1 : 0;
      words += letters == 2 ? 1 : 0;
    }
    return words >= 3 || ideographs >= 4;
  }

  /** One line, one blank between words. */
  static String line(String text) {
    return BLANKS.matcher(text.strip()).replaceAll(" ");
  }
}
