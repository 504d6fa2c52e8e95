package io.retromae.core.config;

import java.util.regex.Matcher;
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

  /** A pair inside a longer text, as in {@code -Djavax.net.ssl.trustStorePassword=...}. */
  private static final Pattern PAIR =
      Pattern.compile("([\\w.-]*\\w)=(\"[^\"]*\"|'[^']*'|[^\\s,;&\"']+)");

  private static final Pattern USER_OF_URL = Pattern.compile("(\\w+://)[^/@\\s:]*:[^/@\\s]*@");

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

  /** Any text without the users and passwords of the URLs, and the secrets of the pairs, in it. */
  public static String shown(String text) {
    String urls = USER_OF_URL.matcher(text).replaceAll("$1" + REDACTED + "@");
    return PAIR.matcher(urls)
        .replaceAll(
            pair ->
                Matcher.quoteReplacement(
                    named(pair.group(1)) ? pair.group(1) + "=" + REDACTED : pair.group()));
  }
}
