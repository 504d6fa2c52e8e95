package io.retromae.finetune.pairs.make;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Question to each of its answers, in the Pile's layout of StackExchange: {@code Q:}, the question
 * whose first paragraph is its title, then each answer behind {@code A:}.
 */
final class QuestionPairs {
  private static final Pattern MARK = Pattern.compile("(?m)^(Q|A):[ \\t]*$");

  private QuestionPairs() {}

  static List<Pair> of(TitledText document) {
    String text = document.text();
    Matcher mark = MARK.matcher(text);
    List<Pair> pairs = new ArrayList<>();
    String query = "";
    String kind = "";
    int from = 0;
    while (mark.find()) {
      query = take(text.substring(from, mark.start()), kind, query, pairs);
      kind = mark.group(1);
      from = mark.end();
    }
    take(text.substring(from), kind, query, pairs);
    return pairs;
  }

  /** Takes what stands behind a mark; returns the question that counts from here. */
  private static String take(String part, String kind, String query, List<Pair> pairs) {
    List<String> blocks = Blocks.of(part);
    if (kind.equals("Q")) {
      return blocks.isEmpty() ? "" : Blocks.line(blocks.get(0));
    }
    if (kind.equals("A") && !query.isEmpty() && !blocks.isEmpty()) {
      pairs.add(new Pair(query, part.strip()));
    }
    return query;
  }
}
