package io.retromae.etl.job;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Texts that are hard on scanners: what begins something that a scanner looks for, again and again,
 * alone, with a sign between, in pairs, and piled up before or behind something else.
 */
final class HostileTexts {
  /** What scanners look for: classes of tokens, not the words of their lists. */
  private static final List<String> TOKENS =
      List.of(
          "1",
          "12",
          "123 ",
          "1234 ",
          "1234-",
          "12345678 ",
          "138 ",
          "1380 ",
          "13812345678 ",
          "86-",
          "+86 ",
          "6222021001116245702 ",
          "11010519491231002X",
          "1.",
          "1.1.1.1 ",
          "8.8.100.",
          "2001:",
          "2001::",
          "a:",
          "::",
          "12:30:",
          "a@",
          "@",
          "a@b.",
          "a.b@c.d ",
          "a.",
          "A.",
          "a-",
          "-",
          "_",
          "%",
          "http://",
          "www.",
          "://",
          "/",
          "?",
          "#",
          "&",
          "&#",
          "&amp",
          "&amp;",
          "&#38;",
          "&#x26;#",
          ";",
          "<",
          ">",
          "</",
          "<!--",
          "\"",
          "'",
          "''",
          "`",
          "“",
          "”",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "[1",
          "[edit",
          "《",
          "》",
          "「",
          "」",
          "（",
          "）",
          "【",
          "。",
          "！",
          "…",
          "，",
          "：",
          "·",
          "Mr. ",
          "e.g. ",
          "U.S. ",
          "n't",
          "'s ",
          "5km ",
          "$5 ",
          "€",
          ":)",
          ":-(",
          "a",
          "A",
          "aB",
          "abc ",
          "a b ",
          "the ",
          "wx-",
          "微信",
          "微信a-",
          "QQ",
          "加V",
          "+V",
          "中",
          "中a",
          "的",
          "第1章 ",
          "订单号",
          "锟斤拷",
          "Ã©",
          "â€",
          "\u0301",
          "a\u0301\u0323",
          "\u0301\u0323",
          "\u0591\u05c1",
          "\u0345\u0334",
          "\u1100",
          "\u1100\u1161\u11a8",
          "\u11a8",
          "\uac00\u11a8",
          "\u0f71\u0f72",
          "\ud800",
          "\udc00",
          "\ud83d\ude00",
          "\ud83d\udc68\u200d",
          "\u200d",
          "\u200b",
          "\ufeff",
          "\u00ad",
          "\ufdfa",
          "ﬁ",
          "ａ",
          "１",
          "＠",
          "．",
          "か\u3099",
          "ü",
          "İ",
          "ß",
          "ﷺ",
          "\t",
          " ",
          "\u00a0",
          "\u3000",
          "\r",
          "\n",
          "\r\n",
          "a\n",
          "\n \n",
          "\u2028",
          "\f",
          "\u0000",
          "\ufffd",
          "\\",
          "\\u",
          "\\\\",
          "\\\"",
          "{\"text\": \"",
          "[{",
          "##",
          "##a",
          "[UNK]",
          "• ",
          "- ",
          "1. ",
          "| ",
          "=",
          "==",
          "~",
          "^",
          "*",
          "+",
          ",",
          "—",
          "lorem ",
          "javascript",
          "terms of ",
          "cookie",
          "more...",
          "$",
          "\\n");

  private HostileTexts() {}

  /**
   * A kind of text that can be made of any length.
   *
   * @param name what it is, for messages
   * @param first before all else, to the given share of the text
   * @param share of the text
   * @param rest repeated behind it
   */
  record Kind(String name, String first, double share, String rest) {
    /** A text of so many chars. */
    String ofLength(int chars) {
      int before = (int) (chars * share);
      StringBuilder text = new StringBuilder(chars);
      fill(text, first, before);
      fill(text, rest, chars);
      return text.toString();
    }

    private static void fill(StringBuilder text, String token, int chars) {
      while (text.length() < chars) {
        text.append(token);
      }
      text.setLength(chars);
    }
  }

  /** Each token alone. */
  static List<Kind> alone() {
    return TOKENS.stream().map(token -> new Kind(shown(token), "", 0, token)).toList();
  }

  /** Each token with others, chosen by a seed: next to each other, or one pile behind the other. */
  static List<Kind> together(long seed, int partners, List<String> more) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Kind> kinds = new ArrayList<>();
    List<String> all = new ArrayList<>(TOKENS);
    all.addAll(more);
    for (String token : all) {
      for (int i = 0; i < partners; i++) {
        String other = all.get(random.nextInt(all.size()));
        kinds.add(
            switch (random.nextInt(3)) {
              case 0 -> new Kind(shown(token) + " " + shown(other), "", 0, token + other);
              case 1 -> new Kind(shown(token) + " then " + shown(other), token, 0.5, other);
              default ->
                  new Kind(shown(token) + " x3 " + shown(other), "", 0, token.repeat(3) + other);
            });
      }
    }
    return kinds;
  }

  private static String shown(String token) {
    StringBuilder shown = new StringBuilder("'");
    token
        .chars()
        .forEach(c -> shown.append(c > ' ' && c < 0x7f ? "" + (char) c : "\\u%04x".formatted(c)));
    return shown.append('\'').toString();
  }
}
