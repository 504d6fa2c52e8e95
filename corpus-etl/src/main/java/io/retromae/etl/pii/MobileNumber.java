package io.retromae.etl.pii;

/**
 * Chinese mobile numbers: 1, then 3 to 9, then nine digits, in one run or as 3-4-4 with single
 * blanks or hyphens, with or without 86, +86 or 0086 before them.
 *
 * <p>Eleven digits are no phone behind a word that says order, file and the like, with a unit or a
 * currency, or in text without Chinese characters unless a word such as {@code phone} or the code
 * says so. Groups need no word.
 */
final class MobileNumber {
  private static final int DIGITS = 11;
  private static final int[] GROUPS = {3, 4, 4};

  private static final Keywords WORDS =
      new Keywords(
          "手机 手机号 电话 电联 致电 拨打 来电 热线 联系 联络 咨询 客服 微信 微信同号 短信 传真 热线电话 号码为 +86 先生 女士 小姐 经理 老师 师傅 负责人"
              + " tel phone phones telephone mobile cell cellphone call contact whatsapp wechat sms fax",
          Keywords.SERIAL_NUMBERS + " 银行卡 卡号 人口 约 共 达 逾 超过 总计 合计 编码");

  private MobileNumber() {}

  /** The number in the run of digits at an index, country code left out; or {@link Span#NONE}. */
  static long at(String text, int start) {
    int run = NumberEdges.digitsEnd(text, start, DIGITS + 5) - start;
    if (run == DIGITS + 2 && text.startsWith("86", start)) {
      return Span.of(start + 2, runEnd(text, start, start + 2));
    }
    if (run == DIGITS + 4 && text.startsWith("0086", start)) {
      return Span.of(start + 4, runEnd(text, start, start + 4));
    }
    if (!startsLikeMobile(text, start)) {
      return Span.NONE;
    }
    int codeStart = countryCodeStart(text, start);
    if (run == DIGITS) {
      boolean meant = codeStart < start || isMeant(text, start);
      return meant ? Span.of(start, runEnd(text, codeStart, start)) : Span.NONE;
    }
    return run == GROUPS[0] ? Span.of(start, groupsEnd(text, codeStart, start)) : Span.NONE;
  }

  /** Whether what stands beside eleven digits lets them be a phone. */
  private static boolean isMeant(String text, int start) {
    int said = WORDS.before(text, start);
    int end = start + DIGITS;
    if (said != Keywords.NONE || Surroundings.isAmount(text, start, end)) {
      return said == Keywords.WANTED;
    }
    boolean numbered = start > 0 && "#=".indexOf(text.charAt(start - 1)) >= 0;
    return !numbered && !Surroundings.isForeign(text, start, end);
  }

  /**
   * Whether a word that asks for a phone ends right here, with no sign between, as in {@code
   * tel138}.
   */
  static boolean isAnnounced(String text, int start) {
    return start > 0 && WORDS.wantedEndsAt(text, start);
  }

  private static boolean startsLikeMobile(String text, int start) {
    return start + 1 < text.length()
        && text.charAt(start) == '1'
        && text.charAt(start + 1) >= '3'
        && text.charAt(start + 1) <= '9';
  }

  /** Behind eleven digits in one run. */
  private static int runEnd(String text, int whole, int start) {
    int end = start + DIGITS;
    return startsLikeMobile(text, start)
            && (NumberEdges.beginsHere(text, whole) || isAnnounced(text, whole))
            && NumberEdges.endsHere(text, end)
        ? end
        : -1;
  }

  private static int groupsEnd(String text, int whole, int start) {
    int end = start + GROUPS[0];
    if (end == text.length() || text.charAt(end) != ' ' && text.charAt(end) != '-') {
      return -1;
    }
    char separator = text.charAt(end);
    for (int group = 1; group < GROUPS.length; group++) {
      boolean separated = end < text.length() && text.charAt(end) == separator;
      int next = separated ? NumberEdges.digitsEnd(text, end + 1, GROUPS[2] + 1) : end;
      if (next - end - 1 != GROUPS[group]) {
        return -1;
      }
      end = next;
    }
    boolean inRow = separator == ' ' && (isInRow(text, whole - 1, -1) || isInRow(text, end, 1));
    return !inRow && NumberEdges.beginsHere(text, whole) && NumberEdges.endsHere(text, end)
        ? end
        : -1;
  }

  /** Whether a blank and another number follow, as in the row of a table. */
  private static boolean isInRow(String text, int i, int step) {
    return i >= 0
        && i < text.length()
        && text.charAt(i) == ' '
        && NumberEdges.isDigitAt(text, i + step);
  }

  /** Where +86, 0086 or 86 before the number begins; the number's start if there is none. */
  private static int countryCodeStart(String text, int start) {
    int end = start;
    while (end > 0 && " -)".indexOf(text.charAt(end - 1)) >= 0 && start - end < 2) {
      end--;
    }
    if (end == start || !text.startsWith("86", end - 2)) {
      return start;
    }
    return text.startsWith("0086", end - 4) ? end - 4 : end - 2;
  }
}
