package io.retromae.etl.pii;

/** Letters, digits and signs of numbers and addresses that are as wide as a Chinese character. */
final class FullWidth {
  private static final int OFFSET = '０' - '0';

  private FullWidth() {}

  /**
   * The text with ASCII's letters, digits and at signs, stops, hyphens and low lines in place of
   * the wide ones; every character keeps its index. The very same text if it has none.
   */
  static String narrowed(String text) {
    int i = 0;
    while (i < text.length() && !isWide(text.charAt(i))) {
      i++;
    }
    if (i == text.length()) {
      return text;
    }
    char[] narrow = text.toCharArray();
    for (; i < narrow.length; i++) {
      if (isWide(narrow[i])) {
        narrow[i] -= OFFSET;
      }
    }
    return new String(narrow);
  }

  private static boolean isWide(char c) {
    return c >= '０' && c <= '９'
        || c >= 'Ａ' && c <= 'Ｚ'
        || c >= 'ａ' && c <= 'ｚ'
        || c == '＠'
        || c == '．'
        || c == '－'
        || c == '＿';
  }
}
