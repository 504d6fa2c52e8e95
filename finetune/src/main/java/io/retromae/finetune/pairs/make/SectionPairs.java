package io.retromae.finetune.pairs.make;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Title and headings to the section below them. Headings are marked as in WikiText ({@code = Title
 * =}, {@code = = Heading = =}), or stand between blank lines as in the Pile. WikiText writes rare
 * words as {@code <unk>}: queries leave them out, and what consists of them is no pair.
 */
final class SectionPairs {
  private static final String UNKNOWN = "<unk>";
  private static final String BETWEEN = " : ";

  /** Of a section's words at most a tenth may be unknown. */
  private static final int KNOWN_TO_UNKNOWN = 10;

  private static final Pattern HEADING =
      Pattern.compile("(?m)^ ?((?:= ?)+) ?(\\S[^\\n]*?) ?((?: ?=)+) *$");

  private SectionPairs() {}

  static List<Pair> of(TitledText document) {
    List<Marked> headings = marked(document.text());
    return headings.isEmpty() ? unmarked(document) : pairs(document, headings);
  }

  /** A heading with marks: its level, from 1, and the places of its line. */
  private record Marked(int level, String heading, int start, int end) {}

  private static List<Marked> marked(String text) {
    List<Marked> found = new ArrayList<>();
    Matcher matcher = HEADING.matcher(text);
    while (matcher.find()) {
      int level = count(matcher.group(1));
      if (level == count(matcher.group(3))) {
        found.add(new Marked(level, matcher.group(2), matcher.start(), matcher.end()));
      }
    }
    return found;
  }

  private static int count(String marks) {
    return (int) marks.chars().filter(c -> c == '=').count();
  }

  private static List<Pair> pairs(TitledText document, List<Marked> headings) {
    String text = document.text();
    List<Pair> pairs = new ArrayList<>();
    Deque<Marked> path = new ArrayDeque<>();
    for (int n = 0; n < headings.size(); n++) {
      Marked heading = headings.get(n);
      while (!path.isEmpty() && path.peekLast().level() >= heading.level()) {
        path.removeLast();
      }
      path.addLast(heading);
      int end = n + 1 < headings.size() ? headings.get(n + 1).start() : text.length();
      String body = text.substring(heading.end(), end).strip();
      List<String> steps = new ArrayList<>(List.of(document.title()));
      path.forEach(step -> steps.add(step.heading()));
      steps.replaceAll(step -> Blocks.line(step.replace(UNKNOWN, "")));
      steps.removeIf(String::isEmpty);
      String query = String.join(BETWEEN, steps);
      boolean named = heading.level() > 1 && !heading.heading().contains(UNKNOWN);
      if (named && Blocks.isTelling(query) && isKnown(body)) {
        pairs.add(new Pair(query, body));
      }
    }
    return pairs;
  }

  private static boolean isKnown(String body) {
    int unknown = 0;
    for (int at = body.indexOf(UNKNOWN); at >= 0; at = body.indexOf(UNKNOWN, at + 1)) {
      unknown++;
    }
    return !body.isEmpty()
        && (unknown == 0 || unknown * KNOWN_TO_UNKNOWN < body.split("\\s+").length);
  }

  private static List<Pair> unmarked(TitledText document) {
    List<String> blocks = Blocks.of(document.text());
    if (blocks.isEmpty()) {
      return List.of();
    }
    boolean own = document.title().isEmpty();
    String title = own ? blocks.get(0) : document.title();
    if (own && !Blocks.mayBeHeading(title)) {
      return List.of();
    }
    List<Pair> pairs = new ArrayList<>();
    for (int n = own ? 1 : 0; n < blocks.size() - 1; n++) {
      String paragraphs =
          Blocks.mayBeHeading(blocks.get(n)) ? Blocks.paragraphsBehind(blocks, n) : "";
      if (!paragraphs.isEmpty()) {
        pairs.add(new Pair(Blocks.line(title + BETWEEN + blocks.get(n)), paragraphs));
      }
    }
    return pairs;
  }
}
