package io.retromae.finetune.pairs.make;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Title of a Chinese law and number of an article to the article, without its number: {@code 第三条}
 * at the beginning of a line begins one, the next one, a chapter or a section ends it.
 */
final class ArticlePairs {
  private static final String NUMBER = "第[一二三四五六七八九十百千零〇两0-9]{1,12}";
  private static final Pattern BEGIN =
      Pattern.compile(
          "(?m)^[ \\t\\u3000]*(" + NUMBER + "(?:条(?:之[一二三四五六七八九十]+)?|[编章节]))[ \\t\\u3000]*");

  private ArticlePairs() {}

  static List<Pair> of(TitledText document) {
    if (document.title().isEmpty()) {
      return List.of();
    }
    String text = document.text();
    Matcher begin = BEGIN.matcher(text);
    List<Pair> pairs = new ArrayList<>();
    String number = "";
    int from = 0;
    while (begin.find()) {
      add(document.title(), number, text.substring(from, begin.start()), pairs);
      number = begin.group(1);
      from = begin.end();
    }
    add(document.title(), number, text.substring(from), pairs);
    return pairs;
  }

  private static void add(String title, String number, String part, List<Pair> pairs) {
    String article = part.strip();
    if (number.contains("条") && !article.isEmpty()) {
      pairs.add(new Pair(title + " " + number, article));
    }
  }
}
