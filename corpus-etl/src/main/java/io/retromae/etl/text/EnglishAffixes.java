package io.retromae.etl.text;

/**
 * What is split off a word at its beginning, at its end and inside, as spaCy's blank English
 * pipeline does (Honnibal et al., spacy.io, MIT licence): signs, currency, units behind digits,
 * {@code 's}, ellipses, hyphens between letters. Every method gets a word {@code text[start, end)}
 * and looks at nothing outside of it.
 */
final class EnglishAffixes {
  private static final int LONGEST_UNIT = 5;

  /** What is split off behind a digit. */
  private static final String[] AFTER_DIGIT =
      ("+ $ £ € ¥ ฿ US$ C$ A$ ₽ ﷼ ₴ km km² km³ m m² m³ dm dm² dm³ cm cm² cm³ mm mm² mm³ ha µm nm yd"
              + " in ft kg g mg µg t lb oz m/s km/h kmh mph hPa Pa mbar mb MB kb KB gb GB tb TB T G"
              + " M K % км км² км³ м м² м³ дм дм² дм³ см см² см³ мм мм² мм³ нм кг г мг м/с км/ч кПа"
              + " Па мбар Кб КБ кб Мб МБ мб Гб ГБ гб Тб ТБ")
          .split(" ");

  private EnglishAffixes() {}

  /** Length of what is split off at the beginning; 0 if nothing is. */
  static int prefix(String text, int start, int end) {
    char c = text.charAt(start);
    if ((CharKinds.of(c) & CharKinds.PREFIX) != 0) {
      boolean sign = c == '+' && start + 1 < end && isAsciiDigit(text.charAt(start + 1));
      return sign ? 0 : 1;
    }
    return switch (c) {
      case '.' -> ellipsis(text, start, end);
      case 'U' -> text.startsWith("US$", start) && start + 3 <= end ? 3 : 0;
      case 'A', 'C' -> start + 2 <= end && text.charAt(start + 1) == '$' ? 2 : 0;
      default -> Character.isHighSurrogate(c) ? pictograph(text, start, end) : 0;
    };
  }

  /** Length of what is split off at the end; 0 if nothing is. */
  static int suffix(String text, int start, int end) {
    if (start >= end) {
      return 0;
    }
    char last = text.charAt(end - 1);
    if (last == '.') {
      return stops(text, start, end);
    }
    char before = start + 1 < end ? text.charAt(end - 2) : ' ';
    if ((last == 's' || last == 'S') && isApostrophe(before) || last == '…' && before == '…') {
      return 2;
    }
    if (Character.isLowSurrogate(last)) {
      return Math.max(0, pictograph(text, end - 2, end));
    }
    int edge = (CharKinds.of(last) & CharKinds.EDGE) != 0 ? 1 : 0;
    return isAsciiDigit(last) ? edge : Math.max(edge, afterDigit(text, start, end));
  }

  /** Length of what divides the word at i; 0 if nothing does. */
  static int infix(String text, int start, int end, int i) {
    char c = text.charAt(i);
    int before = i > start ? CharKinds.of(text.charAt(i - 1)) : 0;
    int after = i + 1 < end ? CharKinds.of(text.charAt(i + 1)) : 0;
    return switch (c) {
      case '.' -> {
        int dots = ellipsis(text, i, end);
        boolean sentences =
            (before & (CharKinds.LOWER | CharKinds.QUOTE)) != 0
                && (after & (CharKinds.UPPER | CharKinds.QUOTE)) != 0;
        yield dots > 0 ? dots : sentences ? 1 : 0;
      }
      case ',' -> (before & after & CharKinds.ALPHA) != 0 ? 1 : 0;
      case '+', '*', '^' -> isArithmetic(text, start, end, i) ? 1 : 0;
      case ':', '<', '>', '=', '/' -> joins(text, start, i) && isAlpha(after) ? 1 : 0;
      case '-' -> isArithmetic(text, start, end, i) ? 1 : hyphens(text, start, end, i, 3);
      case '—' -> hyphens(text, start, end, i, 2);
      case '–', '~' -> hyphens(text, start, end, i, 1);
      case '…' -> 1;
      default -> {
        if (Character.isHighSurrogate(c)) {
          yield pictograph(text, i, end);
        }
        yield (CharKinds.of(c) & CharKinds.ICON) != 0 ? 1 : 0;
      }
    };
  }

  /** Two full stops or more. */
  private static int ellipsis(String text, int start, int end) {
    int i = start;
    while (i < end && text.charAt(i) == '.') {
      i++;
    }
    return i - start >= 2 ? i - start : 0;
  }

  /**
   * All of several full stops; one, but not that of a capital: {@code J.} and {@code U.S.} stay.
   */
  private static int stops(String text, int start, int end) {
    int i = end - 1;
    while (i > start && text.charAt(i - 1) == '.') {
      i--;
    }
    if (end - i >= 2) {
      return end - i;
    }
    int before = i > start ? CharKinds.of(text.charAt(i - 1)) : 0;
    int beforeThat = i > start + 1 ? CharKinds.of(text.charAt(i - 2)) : 0;
    boolean degrees =
        i > start + 1 && text.charAt(i - 2) == '°' && "CFKcfk".indexOf(text.charAt(i - 1)) >= 0;
    boolean splits =
        (before & CharKinds.BEFORE_STOP) != 0 || (before & beforeThat & CharKinds.UPPER) != 0;
    return splits || degrees ? 1 : 0;
  }

  private static int pictograph(String text, int start, int end) {
    if (start < 0 || start + 2 > end) {
      return 0;
    }
    return (CharKinds.of(text.codePointAt(start)) & CharKinds.ICON) != 0 ? 2 : 0;
  }

  private static int afterDigit(String text, int start, int end) {
    int i = end - 1;
    while (i > start && end - i <= LONGEST_UNIT && !isAsciiDigit(text.charAt(i - 1))) {
      i--;
    }
    if (i == start || !isAsciiDigit(text.charAt(i - 1))) {
      return 0;
    }
    char first = text.charAt(i);
    if (first >= '\u20a0' && first <= '\u20bf') {
      return end - i == 1 ? 1 : 0;
    }
    for (String unit : AFTER_DIGIT) {
      if (unit.length() == end - i && text.startsWith(unit, i)) {
        return end - i;
      }
    }
    return 0;
  }

  /** An operator between digits; the right one may be negative. */
  private static boolean isArithmetic(String text, int start, int end, int i) {
    return i > start
        && i + 1 < end
        && isAsciiDigit(text.charAt(i - 1))
        && (isAsciiDigit(text.charAt(i + 1)) || text.charAt(i + 1) == '-');
  }

  /** Up to so many equal hyphens between a letter or digit and a letter. */
  private static int hyphens(String text, int start, int end, int i, int most) {
    if (!joins(text, start, i)) {
      return 0;
    }
    int next = i + 1;
    while (next < end && next - i < most && text.charAt(next) == text.charAt(i)) {
      next++;
    }
    return next < end && isAlpha(CharKinds.of(text.charAt(next))) ? next - i : 0;
  }

  private static boolean joins(String text, int start, int i) {
    return i > start
        && (isAlpha(CharKinds.of(text.charAt(i - 1))) || isAsciiDigit(text.charAt(i - 1)));
  }

  private static boolean isAlpha(int kinds) {
    return (kinds & CharKinds.ALPHA) != 0;
  }

  private static boolean isApostrophe(char c) {
    return c == '\'' || c == '’';
  }

  static boolean isAsciiDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
