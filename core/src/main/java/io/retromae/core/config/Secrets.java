package io.retromae.core.config;

import java.util.regex.Pattern;

/**
 * Keeps secrets out of what is printed, logged or stored. A name tells them, as Spark's own {@code
 * spark.redaction.regex} has it, and so does a password inside a URL.
 */
public final class Secrets {
  /** What stands in their place; the word is Spark's. */
  public static final String REDACTED = "<redacted>";

  /** The last part of a name: min_tokens counts, a token opens doors. */
  private static final Pattern NAME =
      Pattern.compile(
          "(?i).*(secret|password|passwd|credential(?!s[._]?provider)"
              + "|(access|account|encryption|private|api)[._-]?key(?![._-]?(provider|file|path))).*"
              + "|.*[._-]sas[._-].*"
              + "|.*token");

  /** In these schemes no port can stand before the first slash, but part of a key can. */
  private static final Pattern BUCKETS = Pattern.compile("(?i)s3[a-z]?|gs|wasbs?|abfss?|oss|cosn");

  private static final Pattern PORT = Pattern.compile("[^:]*:\\d{1,5}");

  private Secrets() {}

  /** Whether a setting or property of this name holds a secret. */
  public static boolean named(String key) {
    return NAME.matcher(key).matches();
  }

  /**
   * A value as it may be shown.
   *
   * @param key its setting or property
   */
  public static String shown(String key, String value) {
    return named(key) ? REDACTED : shown(value);
  }

  /**
   * Any text without the users and passwords of the URLs, and the secrets of the pairs, in it. In
   * time linear in the text.
   */
  public static String shown(String text) {
    return withoutPairs(withoutUsers(text));
  }

  /**
   * Any text without the users and passwords of the URLs in it, as {@code s3a://ID:KEY@bucket}. A
   * key may have slashes and at signs: all up to the last at sign goes.
   */
  public static String withoutUsers(String text) {
    StringBuilder shown = new StringBuilder();
    int from = 0;
    int next;
    for (int mark = mark(text, 0); mark >= 0; mark = next) {
      int user = mark + 1;
      while (user < text.length() && text.charAt(user) == '/') {
        user++;
      }
      next = mark(text, user);
      int end = user;
      int at = -1;
      for (int limit = next < 0 ? text.length() : next; end < limit && inUrl(text, end); end++) {
        at = text.charAt(end) == '@' ? end : at;
      }
      if (at >= 0 && holdsPassword(text, scheme(text, mark, from), user, at)) {
        shown.append(text, from, user).append(REDACTED);
        from = at;
      }
    }
    return shown.append(text, from, text.length()).toString();
  }

  /**
   * Where the next scheme ends: before {@code ://}, or a single slash where that is a slip for two.
   */
  private static int mark(String text, int from) {
    int mark = text.indexOf(":/", from);
    while (mark >= 0 && !text.startsWith("//", mark + 1) && !ofBuckets(scheme(text, mark, from))) {
      mark = text.indexOf(":/", mark + 2);
    }
    return mark;
  }

  private static boolean ofBuckets(String scheme) {
    return BUCKETS.matcher(scheme).matches();
  }

  private static boolean inUrl(String text, int index) {
    char c = text.charAt(index);
    return c > ' ' && c != '"' && c != '\'' && c != '<' && c != '>' && c != '`';
  }

  private static String scheme(String text, int mark, int from) {
    int begin = mark;
    while (begin > from && Character.isLetterOrDigit(text.charAt(begin - 1))) {
      begin--;
    }
    return text.substring(begin, mark);
  }

  private static boolean holdsPassword(String text, String scheme, int user, int at) {
    int colon = text.indexOf(':', user);
    if (colon < 0 || colon > at) {
      return false;
    }
    int slash = text.indexOf('/', user);
    if (slash < 0 || slash > at) {
      return true;
    }
    if (colon > slash) { // host/path:with@signs, or user@host/path
      return false;
    }
    int firstAt = text.indexOf('@', user);
    boolean port = firstAt > slash && PORT.matcher(text.substring(user, slash)).matches();
    return !port || ofBuckets(scheme);
  }

  /** As in {@code -Djavax.net.ssl.trustStorePassword=...}; a value may stand in quotes. */
  private static String withoutPairs(String text) {
    StringBuilder shown = new StringBuilder();
    int from = 0;
    for (int equals = text.indexOf('='); equals >= 0; equals = text.indexOf('=', equals + 1)) {
      int begin = equals;
      while (begin > from && inName(text.charAt(begin - 1))) {
        begin--;
      }
      if (equals >= from && named(text.substring(begin, equals))) {
        int end = valueEnd(text, equals + 1);
        shown.append(text, from, equals + 1).append(end > equals + 1 ? REDACTED : "");
        from = end;
      }
    }
    return shown.append(text, from, text.length()).toString();
  }

  private static boolean inName(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-';
  }

  private static int valueEnd(String text, int begin) {
    if (begin < text.length() && (text.charAt(begin) == '"' || text.charAt(begin) == '\'')) {
      int quote = text.indexOf(text.charAt(begin), begin + 1);
      return quote < 0 ? text.length() : quote + 1;
    }
    int end = begin;
    while (end < text.length() && isValue(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isValue(char c) {
    return !Character.isWhitespace(c) && ",;&\"'".indexOf(c) < 0;
  }
}
