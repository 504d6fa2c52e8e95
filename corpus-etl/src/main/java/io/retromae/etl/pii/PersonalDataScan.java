package io.retromae.etl.pii;

import io.retromae.etl.pii.PersonalData.Kind;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One walk over a text that replaces personal data. Used once, by one thread. */
final class PersonalDataScan {
  private static final boolean[] TRIGGERS = new boolean[0x10000];

  static {
    for (char c = 0; c < TRIGGERS.length - 1; c++) {
      TRIGGERS[c] = NumberEdges.isDigit(c) || "@([{".indexOf(c) >= 0 || ChatAccount.mayBegin(c);
    }
  }

  private final PersonalData.Settings settings;
  private final String original;

  /** The original with narrow letters and digits, which stand where the wide ones do. */
  private final String text;

  private final StringBuilder out = new StringBuilder(0);
  private final long[] counts = new long[Kind.values().length];
  private int copied; // chars of the text that the result has or has replaced

  PersonalDataScan(PersonalData.Settings settings, String text) {
    this.settings = settings;
    this.original = text;
    this.text = FullWidth.narrowed(text);
  }

  /** Walks over the text; whether anything was replaced. */
  boolean run() {
    int i = trigger(0);
    while (i < text.length()) {
      i = trigger(Math.max(look(i), i + 1));
    }
    return copied > 0;
  }

  /** The text with replacements. */
  String result() {
    return out.append(original, copied, original.length()).toString();
  }

  /** Replacements by kind. */
  Map<String, Long> edits() {
    Map<String, Long> edits = new TreeMap<>();
    for (Kind kind : Kind.values()) {
      if (counts[kind.ordinal()] > 0) {
        edits.put(kind.toString().toLowerCase(Locale.ROOT), counts[kind.ordinal()]);
      }
    }
    return Collections.unmodifiableMap(edits);
  }

  /** Where personal data may stand next; the hot loop. */
  private int trigger(int from) {
    int i = from;
    while (i < text.length() && !TRIGGERS[text.charAt(i)]) {
      i++;
    }
    return i;
  }

  /** Looks at a trigger; where to go on. */
  private int look(int i) {
    char c = text.charAt(i);
    if (c == '@') {
      return replace(Kind.EMAIL, EmailAddress.around(text, i, copied), i + 1);
    }
    if (NumberEdges.isDigit(c)) {
      return number(i);
    }
    if (c == '(' || c == '[' || c == '{') {
      return replace(Kind.EMAIL, SpelledOutAddress.around(text, i, copied), i + 1);
    }
    return replace(Kind.CHAT_ACCOUNT, ChatAccount.behindKeyword(text, i), i + 1);
  }

  private int number(int i) {
    int run = NumberEdges.digitsEnd(text, i);
    if (i > 0 && NumberEdges.isWordCharacter(text.charAt(i - 1))) {
      boolean phone = MobileNumber.isAnnounced(text, i);
      return phone ? replace(Kind.PHONE, MobileNumber.at(text, i), run) : run;
    }
    int digits = run - i;
    int next = run;
    if (digits <= 4) {
      next = replace(Kind.IPV6, Span.of(i, IpAddress.end6(text, i)), run);
      next = next > run ? next : replace(Kind.IPV4, Span.of(i, IpAddress.end4(text, i)), run);
    } else if (digits >= 17) {
      next = replace(Kind.IDENTITY_NUMBER, Span.of(i, IdentityNumber.end(text, i)), run);
    }
    if (copied <= i && (digits >= BankCard.FEWEST_DIGITS || digits == BankCard.GROUP)) {
      next = Math.max(next, replace(Kind.BANK_CARD, Span.of(i, BankCard.end(text, i)), run));
    }
    if (copied <= i) {
      next = Math.max(next, replace(Kind.PHONE, MobileNumber.at(text, i), run));
    }
    return Math.max(next, copied);
  }

  /** Replaces a span, if it is one; where to go on. */
  private int replace(Kind kind, long span, int otherwise) {
    if (span == Span.NONE || !settings.kinds().contains(kind)) {
      return otherwise;
    }
    String replacement = settings.replacements().of(kind);
    int start = Span.start(span);
    int end = Span.end(span);
    boolean same =
        replacement.length() == end - start
            && original.regionMatches(start, replacement, 0, replacement.length());
    if (!same) {
      out.append(original, copied, start).append(replacement);
      copied = end;
      counts[kind.ordinal()]++;
    }
    return end;
  }
}
