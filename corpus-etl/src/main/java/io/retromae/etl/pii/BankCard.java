package io.retromae.etl.pii;

/**
 * Numbers of bank cards: a valid Luhn sum (ISO/IEC 7812-1), the prefix of a large network and the
 * length that goes with it, in one run or grouped as cards print them.
 *
 * <p>One number in ten has a valid sum, so one in a run also needs a word that says card or
 * account; UnionPay's, which are long, do without it in Chinese. Grouped numbers need no word,
 * unless they stand in a row of numbers. No number is a card behind a word that says order, parcel
 * and the like.
 */
final class BankCard {
  /** Fewest and most digits of a run that may be one. */
  static final int FEWEST_DIGITS = 14;

  static final int MOST_DIGITS = 19;

  /** Digits of the first group. */
  static final int GROUP = 4;

  private static final Keywords WORDS =
      new Keywords(
          "卡 卡号 卡号码 账号 帐号 账户 帐户 户名 开户 汇款 转账 转帐 打款 收款 银联 银行 visa mastercard master amex"
              + " express jcb discover diners unionpay card cards debit credit bank iban",
          Keywords.SERIAL_NUMBERS);

  private BankCard() {}

  /** Index behind the number that begins at an index; -1 if there is no valid one. */
  static int end(String text, int start) {
    int run = NumberEdges.digitsEnd(text, start, MOST_DIGITS + 1) - start;
    boolean grouped = run == GROUP;
    if (!grouped && (run < FEWEST_DIGITS || run > MOST_DIGITS)) {
      return -1;
    }
    int end = grouped ? groupsEnd(text, start) : start + run;
    return end > 0
            && isCard(text, start, end)
            && beginsHere(text, start)
            && NumberEdges.endsHere(text, end)
            && isMeant(text, start, end, grouped)
        ? end
        : -1;
  }

  /** A number in an address of the web is no card. */
  private static boolean beginsHere(String text, int start) {
    boolean inAddress = start > 0 && "/=&#%?".indexOf(text.charAt(start - 1)) >= 0;
    return !inAddress && NumberEdges.beginsHere(text, start);
  }

  private static boolean isMeant(String text, int start, int end, boolean grouped) {
    int said = WORDS.before(text, start);
    if (said != Keywords.NONE || Surroundings.isAmount(text, start, end)) {
      return said == Keywords.WANTED;
    }
    return grouped
        ? !Surroundings.isInRow(text, start, end)
        : text.startsWith("62", start) && Surroundings.isChinese(text, start, end);
  }

  /**
   * Behind groups of 4-4-4-4, a shorter one maybe last, or 4-6-5 or 4-6-4, with one sign between.
   */
  private static int groupsEnd(String text, int start) {
    int end = start + GROUP;
    if (end == text.length() || text.charAt(end) != ' ' && text.charAt(end) != '-') {
      return -1;
    }
    char separator = text.charAt(end);
    int second = NumberEdges.digitsEnd(text, end + 1, 7) - end - 1;
    int size = second == 6 ? 6 : GROUP;
    while (end < text.length() && text.charAt(end) == separator) {
      int next = NumberEdges.digitsEnd(text, end + 1, 7);
      int digits = next - end - 1;
      if (digits < 1) {
        return end;
      }
      if (digits > size || next - start > MOST_DIGITS + 4) {
        return -1; // a longer row of numbers
      }
      end = next;
      if (digits < size) {
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
    // Doubled is every second digit before the last one, so it depends on the length which those
    // are.
    int luhn = digits % 2 == 0 ? sum : sumOfOthers;
    return luhn % 10 == 0 && isIssued(prefix, digits);
  }

  /** Whether a network issues numbers with these first six digits and of this length. */
  private static boolean isIssued(int prefix, int digits) {
    int two = prefix / 10_000;
    int three = prefix / 1_000;
    int four = prefix / 100;
    boolean visa = two / 10 == 4;
    boolean mastercard = two >= 51 && two <= 55 || four >= 2221 && four <= 2720;
    boolean discover = four == 6011 || two == 65 || three >= 644 && three <= 649;
    boolean jcb = four >= 3528 && four <= 3589;
    boolean mir = four >= 2200 && four <= 2204;
    boolean unionPay = two == 62;
    boolean americanExpress = two == 34 || two == 37;
    boolean diners = two == 36 || two == 38 || two == 39 || three >= 300 && three <= 305;
    return switch (digits) {
      case 14 -> diners;
      case 15 -> americanExpress;
      case 16 -> unionPay || visa || mastercard || discover || jcb || mir;
      default -> unionPay && digits > 16 && digits <= MOST_DIGITS;
    };
  }
}
