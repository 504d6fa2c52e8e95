package io.retromae.etl.job;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Texts that are hard on scanners: what begins something that a scanner looks for, again and again,
 * alone, with something else between, or piled up before it.
 */
final class HostileTexts {
  /** One of each class of tokens that scanners know; ␣ is a blank. */
  private static final String[] TOKENS =
      ("1 12 123␣ 1234␣ 1234- 12345678␣ 138␣ 1380␣ 13812345678␣ 86- +86␣ 6222021001116245702␣"
              + " 11010519491231002X 1. 1.1.1.1␣ 8.8.100. 81.2.69.142␣ 2001: 2001:: 2001:a: a: ::"
              + " 12:30: a@ @ a@b. a.b@c.d␣ a@b.co: a. A. a- - _ % http:// www. :// / ? # & &# &amp"
              + " &amp; &#38; &#x26;# ; < > </ <!-- \" ' '' ` “ ” ( ) [ ] { } [1 [edit 《 》 「 」 （ ）"
              + " 【 。 ！ … ， ： · Mr.␣ e.g.␣ U.S.␣ n't 's␣ 5km␣ $5␣ € :) :-( a A aB abc␣ a␣b␣ the␣ wx-"
              + " 微信 微信a- QQ 加V +V 中 中a 的 第1章␣ 订单号 锟斤拷 Ã© â€ \u0301 a\u0301\u0323 \u0301\u0323"
              + " \u0591\u05c1 \u0345\u0334 \ud834\udd65\ud834\udd7b \u1100 \u1100\u1161\u11a8 \u11a8"
              + " \uac00\u11a8 \u0f71\u0f72 \ud800 \udc00 \ud83d\ude00 \ud83d\udc68\u200d \u200d \u200b"
              + " \ufeff \u00ad \ufdfa ﬁ ａ １ ＠ ． か\u3099 ü İ ß \t ␣ \u00a0 \u3000 \r \n \r\n a\n \n␣\n"
              + " \u2028 \f \0 \ufffd \\ \\u \\\\ \\\" {\"text\":\" [{ ## ##a [UNK] •␣ -␣ 1.␣ |␣ = == ~ ^"
              + " * + , — lorem␣ javascript terms␣of␣ cookie more... $ \\n")
          .split(" ");

  private HostileTexts() {}

  /**
   * A kind of text that can be made of any length.
   *
   * @param name what it is, for messages
   * @param pile repeated over a third of the text
   * @param once behind the pile
   * @param rest repeated over what is left
   */
  record Kind(String name, String pile, String once, String rest) {
    /** A text of so many chars. */
    String ofLength(int chars) {
      StringBuilder text = new StringBuilder(chars + rest.length());
      while (!pile.isEmpty() && text.length() < chars / 3) {
        text.append(pile);
      }
      text.append(once);
      while (text.length() < chars) {
        text.append(rest);
      }
      text.setLength(chars);
      return text.toString();
    }
  }

  /** Each token alone, and entities inside of entities. */
  static List<Kind> alone() {
    List<Kind> kinds = new ArrayList<>();
    for (String token : TOKENS) {
      String repeated = token.replace('␣', ' ');
      kinds.add(new Kind(shown(token), "", "", repeated));
    }
    kinds.add(new Kind("nested entities", "&", "#", "35;"));
    return kinds;
  }

  /** Each token with another one, chosen by a seed: side by side, or one behind a pile of it. */
  static List<Kind> together(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Kind> kinds = new ArrayList<>();
    for (String token : TOKENS) {
      String other = TOKENS[random.nextInt(TOKENS.length)];
      String a = token.replace('␣', ' ');
      String b = other.replace('␣', ' ');
      String both = shown(token) + " and " + shown(other);
      kinds.add(random.nextBoolean() ? new Kind(both, "", "", a + b) : new Kind(both, a, "", b));
    }
    return kinds;
  }

  private static String shown(String token) {
    StringBuilder shown = new StringBuilder();
    for (char c : token.toCharArray()) {
      boolean visible = c > ' ' && !Character.isSurrogate(c) && Character.isDefined(c);
      shown.append(visible ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return shown.toString();
  }
}
