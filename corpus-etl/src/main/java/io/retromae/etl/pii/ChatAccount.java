package io.retromae.etl.pii;

/**
 * QQ and WeChat accounts behind their keyword, with fillers such as 号 and signs such as ：between
 * them. Where no such filler or sign says that an account follows, only what cannot be an ordinary
 * word or amount is taken: six digits or more, or a name with a digit in it.
 */
final class ChatAccount {
  private static final String[] QQ = {"QQ", "扣扣", "Q群", "加Q"};

  private static final String[] WECHAT = {
    "微信", "薇信", "威信", "V信", "VX", "WX", "WeChat", "WeiXin", "加V", "＋V", "+V", "加微"
  };

  /** Chars with which a keyword begins, besides ASCII. */
  private static final String CHINESE_STARTS = "扣加微薇威＋";

  private static final String[] FILLERS = {"号码", "账号", "帐号", "群号", "号", "群", "ID"};

  private static final int FEWEST_DIGITS = 5;
  private static final int FEWEST_DIGITS_UNANNOUNCED = 6;
  private static final int MOST_DIGITS = 11;
  private static final int SHORTEST_NAME = 6;
  private static final int LONGEST_NAME = 20;
  private static final int MOST_SIGNS = 3;

  /** What names with a digit begin with where a version of the program is meant. */
  private static final String[] SYSTEMS = {
    "iphone", "ipad", "ios", "android", "windows", "win", "mac", "linux", "harmony", "version", "pc"
  };

  private ChatAccount() {}

  /** Whether a keyword may begin with the char. */
  static boolean mayBegin(char c) {
    return switch (c) {
      case 'Q', 'q', 'V', 'v', 'W', 'w', '+' -> true;
      default -> c >= 0x80 && CHINESE_STARTS.indexOf(c) >= 0;
    };
  }

  /** The account behind the keyword at an index; {@link Span#NONE} if it is none. */
  static long behindKeyword(String text, int start) {
    if (start > 0
        && text.charAt(start) < 0x80
        && NumberEdges.isWordCharacter(text.charAt(start - 1))) {
      return Span.NONE;
    }
    int end = keywordEnd(QQ, text, start);
    if (end > 0) {
      return account(text, end, false);
    }
    end = keywordEnd(WECHAT, text, start);
    return end > 0 ? account(text, end, true) : Span.NONE;
  }

  private static int keywordEnd(String[] keywords, String text, int start) {
    for (String keyword : keywords) {
      if (text.regionMatches(true, start, keyword, 0, keyword.length())) {
        return start + keyword.length();
      }
    }
    return -1;
  }

  private static long account(String text, int keywordEnd, boolean wechat) {
    boolean ascii = text.charAt(keywordEnd - 1) < 0x80;
    int i = keywordEnd;
    int filler = i < text.length() && text.charAt(i) == ' ' ? i + 1 : i;
    int filled = keywordEnd(FILLERS, text, filler);
    i = Math.max(i, filled);
    boolean announced = filled > 0;
    for (int signs = 0; signs < MOST_SIGNS && i < text.length(); signs++, i++) {
      char c = text.charAt(i);
      boolean colon = c == ':' || c == '：' || c == '是' || c == '为' || c == '=';
      if (c == '=' && wechat && ascii) {
        return Span.NONE; // a variable
      }
      if (!colon && " (（【[-".indexOf(c) < 0) {
        break;
      }
      announced |= colon;
    }
    if (text.charAt(keywordEnd - 2) == '+' && !announced) {
      return Span.NONE; // a sum
    }
    int end = numberEnd(text, i, announced);
    return Span.of(i, end < 0 && wechat ? nameEnd(text, i, announced) : end);
  }

  private static int numberEnd(String text, int start, boolean announced) {
    int end = NumberEdges.digitsEnd(text, start, MOST_DIGITS + 1);
    int fewest = announced ? FEWEST_DIGITS : FEWEST_DIGITS_UNANNOUNCED;
    boolean fits = end - start >= fewest && end - start <= MOST_DIGITS && text.charAt(start) != '0';
    boolean counts =
        Surroundings.isAmount(text, start, end)
            || !announced && end < text.length() && "人位名".indexOf(text.charAt(end)) >= 0;
    return fits && NumberEdges.endsHere(text, end) && !counts ? end : -1;
  }

  private static int nameEnd(String text, int start, boolean announced) {
    if (start >= text.length() || !NumberEdges.isLetter(text.charAt(start))) {
      return -1;
    }
    int end = start;
    boolean digit = false;
    boolean capital = false;
    while (end < text.length() && end - start <= LONGEST_NAME && isName(text.charAt(end))) {
      char c = text.charAt(end++);
      digit |= NumberEdges.isDigit(c);
      capital |= c <= 'Z' && NumberEdges.isLetter(c);
    }
    boolean fits = end - start >= SHORTEST_NAME && end - start <= LONGEST_NAME;
    boolean address = end < text.length() && (text.charAt(end) == '@' || text.charAt(end) == '.');
    boolean named = announced ? digit || !capital : digit && !isSystem(text, start);
    return fits && !address && named ? end : -1;
  }

  private static boolean isSystem(String text, int start) {
    for (String system : SYSTEMS) {
      if (text.regionMatches(true, start, system, 0, system.length())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isName(char c) {
    return NumberEdges.isWordCharacter(c) || c == '-';
  }
}
