package io.retromae.etl.pii;

import java.time.YearMonth;

/**
 * Identity numbers of the People's Republic of China (GB 11643-1999): region, date of birth,
 * sequence number, and a check digit by ISO 7064, MOD 11-2. None behind a word that says order,
 * parcel and the like.
 */
final class IdentityNumber {
  private static final int LENGTH = 18;
  private static final int[] WEIGHTS = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  private static final String CHECK_DIGITS = "10X98765432";

  /** First two digits of provinces, by number. */
  private static final String PROVINCES =
      " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64"
          + " 65 71 81 82 83 ";

  private static final int FIRST_YEAR = 1900;
  private static final int LAST_YEAR = 2049;

  /** A number of an order may hold a region and a date as well. */
  private static final Keywords WORDS =
      new Keywords(
          "身份证 身份证号 证件 公民 身份 identity id", Keywords.SERIAL_NUMBERS.replace(" id ids ", " "));

  private IdentityNumber() {}

  /** Index behind the number that begins at an index; -1 if there is no valid one. */
  static int end(String text, int start) {
    int end = start + LENGTH;
    int digits = NumberEdges.digitsEnd(text, start, LENGTH + 1) - start;
    boolean withX =
        digits == LENGTH - 1 && end <= text.length() && (text.charAt(end - 1) | 32) == 'x';
    if (digits != LENGTH && !withX) {
      return -1;
    }
    boolean valid =
        PROVINCES.contains(" " + text.substring(start, start + 2) + " ")
            && isDate(Integer.parseInt(text, start + 6, start + 14, 10))
            && checkDigit(text, start) == Character.toUpperCase(text.charAt(end - 1));
    return valid
            && NumberEdges.beginsHere(text, start)
            && NumberEdges.endsHere(text, end)
            && WORDS.before(text, start) != Keywords.OTHER
        ? end
        : -1;
  }

  private static boolean isDate(int date) {
    int year = date / 10_000;
    int month = date / 100 % 100;
    int day = date % 100;
    return year >= FIRST_YEAR
        && year <= LAST_YEAR
        && month >= 1
        && month <= 12
        && day >= 1
        && day <= YearMonth.of(year, month).lengthOfMonth();
  }

  private static char checkDigit(String text, int start) {
    int sum = 0;
    for (int i = 0; i < WEIGHTS.length; i++) {
      sum += WEIGHTS[i] * (text.charAt(start + i) - '0');
    }
    return CHECK_DIGITS.charAt(sum % CHECK_DIGITS.length());
  }
}
