package io.retromae.etl.clean;

/**
 * Numbers of bank cards: 16 to 19 digits in one run or in fours, a valid Luhn sum (ISO/IEC 7812-1)
 * and the prefix and length of a large network. The 13 digits of a book number are too few.
 */
final class BankCard {
  private static final int FEWEST_DIGITS = 16;
  private static final int MOST_DIGITS = 19;
  private static final int GROUP = 4;

  private BankCard() {}

  /** Index behind the number that begins at an index; -1 if there is no valid one. */
  static int end(String text, int start) {
    int first = NumberEdges.digitsEnd(text, start) - start;
    if (first < FEWEST_DIGITS && first != GROUP || first > MOST_DIGITS) {
      return -1;
    }
    int end = first == GROUP ? groupsEnd(text, start) : start + first;
    return end > 0
            && isCard(text, start, end)
            && beginsHere(text, start)
            && NumberEdges.endsHere(text, end)
        ? end
        : -1;
  }

  /** A number in an address of the web is no card. */
  private static boolean beginsHere(String text, int start) {
    boolean inAddress = start > 0 && "/=&#%?".indexOf(text.charAt(start - 1)) >= 0;
    return !inAddress && NumberEdges.beginsHere(text, start);
  }

  /** Behind groups of four with the same sign between them, the last one maybe shorter. */
  private static int groupsEnd(String text, int start) {
    int end = start + GROUP;
    if (end == text.length() || text.charAt(end) != ' ' && text.charAt(end) != '-') {
      return -1;
    }
    char separator = text.charAt(end);
    while (end < text.length() && text.charAt(end) == separator) {
      int next = NumberEdges.digitsEnd(text, end + 1);
      int digits = next - end - 1;
      if (digits < 1 || digits > GROUP) {
        return digits < 1 ? end : -1;
      }
      end = next;
      if (digits < GROUP) {
        break;
      }
    }
    return end;
  }

  private static boolean isCard(String text, int start, int end) {
    int digits = 0;
    int prefix = 0; // the first six digits
    int sum = 0;
    int sumOfOthers = 0; // with the other half of the digits doubled
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (NumberEdges.isDigit(c)) {
        int digit = c - '0';
        int doubled = digit > 4 ? 2 * digit - 9 : 2 * digit;
        boolean even = digits % 2 == 0;
        sum += even ? doubled : digit;
        sumOfOthers += even ? digit : doubled;
        prefix = digits < 6 ? 10 * prefix + digit : prefix;
        digits++;
      }
    }
    if (digits < FEWEST_DIGITS || digits > MOST_DIGITS) {
      return false;
    }
    // Doubled is every second digit before the last one, so it depends on the length which those
    // are.
    int luhn = digits % 2 == 0 ? sum : sumOfOthers;
    return luhn % 10 == 0 && isIssued(prefix, digits);
  }

  private static boolean isIssued(int prefix, int digits) {
    int two = prefix / 10_000;
    int three = prefix / 1_000;
    int four = prefix / 100;
    boolean unionPay = two == 62;
    boolean visa = two / 10 == 4;
    boolean mastercard = two >= 51 && two <= 55 || four >= 2221 && four <= 2720;
    boolean discover = four == 6011 || two == 65 || three >= 644 && three <= 649;
    boolean jcb = four >= 3528 && four <= 3589;
    return unionPay || digits == FEWEST_DIGITS && (visa || mastercard || discover || jcb);
  }
}
