package io.retromae.etl.pii;

/** What stands right beside a number: a unit, a currency, letters of a script. */
final class Surroundings {
  private static final int REACH = 24;

  private static final String CURRENCIES = "$¥￥€£₩₽";

  /** Units that follow a number without a blank or with one. */
  private static final String[] CHINESE_UNITS =
      ("元 円 圆 块钱 万 亿 千万 百万 美元 美金 港元 港币 日元 欧元 英镑 韩元 人民币 卢布 人次 人口 吨 公斤 千克 克 公里 千米"
              + " 米 平方 立方 度 字节 比特 倍 股 年 秒 光年 件 台 辆 户 条 次 个 份 亩 公顷 名 张 千瓦 瓦 斤 毫 纳 位用户 用户"
              + " % ％ ‰ 版")
          .split(" ");

  private static final String[] ENGLISH_UNITS =
      ("dollars dollar usd yen jpy yuan rmb cny euros eur pounds gbp won krw rupees hkd bytes byte bits"
              + " bit kb mb gb tb kib mib gib kg g mg tons tonnes km m cm mm miles metres meters years"
              + " days hours minutes seconds sec s ms us ns people persons users rows records lines times"
              + " items shares hz khz mhz ghz cells molecules atoms units kwh mwh barrels light-years"
              + " devices packets tokens words documents samples parameters chickens million billion"
              + " percent")
          .split(" ");

  private Surroundings() {}

  /** Whether the number {@code text[start, end)} has a unit or a currency. */
  static boolean isAmount(String text, int start, int end) {
    int before = start > 0 && text.charAt(start - 1) == ' ' ? start - 2 : start - 1;
    if (before >= 0 && CURRENCIES.indexOf(text.charAt(before)) >= 0) {
      return true;
    }
    int behind = end < text.length() && text.charAt(end) == ' ' ? end + 1 : end;
    for (String unit : CHINESE_UNITS) {
      if (text.startsWith(unit, behind)) {
        return true;
      }
    }
    for (String unit : ENGLISH_UNITS) {
      int stop = behind + unit.length();
      if (text.regionMatches(true, behind, unit, 0, unit.length())
          && (stop == text.length() || !NumberEdges.isWordCharacter(text.charAt(stop)))) {
        return true;
      }
    }
    return false;
  }

  /** Whether there are Latin letters near a number, and no Chinese ones. */
  static boolean isForeign(String text, int start, int end) {
    boolean latin = false;
    int to = Math.min(text.length(), end + REACH);
    for (int i = Math.max(0, start - REACH); i < to; i++) {
      char c = text.charAt(i);
      if (Character.isIdeographic(c)) {
        return false;
      }
      latin |= NumberEdges.isLetter(c);
    }
    return latin;
  }

  /** Whether Chinese characters are near a number. */
  static boolean isChinese(String text, int start, int end) {
    int to = Math.min(text.length(), end + REACH);
    for (int i = Math.max(0, start - REACH); i < to; i++) {
      if (Character.isIdeographic(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a number goes on in a row of numbers: only blanks and line ends between them. */
  static boolean isInRow(String text, int start, int end) {
    return digitBeyond(text, start - 1, -1) || digitBeyond(text, end, 1);
  }

  private static boolean digitBeyond(String text, int from, int step) {
    int i = from;
    int blanks = 0;
    while (i >= 0 && i < text.length() && blanks < 4 && isBlank(text.charAt(i))) {
      i += step;
      blanks++;
    }
    return blanks > 0 && NumberEdges.isDigitAt(text, i);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\n';
  }
}
