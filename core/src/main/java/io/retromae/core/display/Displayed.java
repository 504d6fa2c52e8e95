package io.retromae.core.display;

/**
 * Makes any text displayable: names of files and sources, texts of documents, messages of other
 * programs. What it returns is one line, moves no cursor, and in Markdown is nothing but text.
 */
public final class Displayed {
  private Displayed() {}

  /**
   * One line for a console or a log. Line ends, other control characters (a terminal's commands
   * begin with one), characters that reverse the direction of writing and lone surrogates are
   * written as Java has them: {@code \n}, {@code \u001b}.
   */
  public static String line(String text) {
    int first = 0;
    while (first < text.length() && isPlain(text, first)) {
      first++;
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16).append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isPlain(text, i)) {
        shown.append(c);
      } else {
        shown.append(escape(c));
      }
    }
    return shown.toString();
  }

  /** The same for several lines, which stay lines. */
  public static String lines(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (String line : text.split("\n", -1)) {
      shown.append(shown.length() == 0 ? "" : "\n").append(line(line));
    }
    return shown.toString();
  }

  /**
   * Text within a line or a table's cell of Markdown (CommonMark and GitHub's): neither HTML nor
   * links, code, emphasis or a new cell.
   */
  public static String markdown(String text) {
    String line = line(text);
    StringBuilder shown = new StringBuilder(line.length() + 16);
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      switch (c) {
        case '&' -> shown.append("&amp;");
        case '<' -> shown.append("&lt;");
        case '>' -> shown.append("&gt;");
        case '@' -> shown.append("&#64;"); // else GitHub makes addresses and people of it
        case ':' -> shown.append(line.startsWith("//", i + 1) ? "&#58;" : ":"); // and of addresses
        case '(' -> shown.append(i > 0 && line.charAt(i - 1) == ']' ? "\\(" : "(");
        case '.' -> shown.append(line.regionMatches(true, i - 3, "www", 0, 3) ? "&#46;" : ".");
        case '_' -> shown.append(isWithinWord(line, i) ? "_" : "\\_");
        case '\\', '`', '*', '[', ']', '|', '~', '#', '!', '$' -> shown.append('\\').append(c);
        default -> shown.append(c);
      }
    }
    return shown.toString();
  }

  /** There an underscore is no emphasis. */
  private static boolean isWithinWord(String line, int at) {
    return at > 0
        && at + 1 < line.length()
        && Character.isLetterOrDigit(line.charAt(at - 1))
        && Character.isLetterOrDigit(line.charAt(at + 1));
  }

  /** Text that a Markdown table or sentence shows as code. */
  public static String code(String text) {
    String line = line(text).replace("|", "\\|");
    int longest = 0;
    int run = 0;
    for (int i = 0; i < line.length(); i++) {
      run = line.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    String fence = "`".repeat(longest + 1);
    String pad = longest > 0 ? " " : "";
    return fence + pad + line + pad + fence;
  }

  private static boolean isPlain(String text, int at) {
    char c = text.charAt(at);
    if (Character.isSurrogate(c)) {
      return Character.isHighSurrogate(c)
          ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
          : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
    if (c < 0x7f) {
      return c >= ' ';
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
      case Character.FORMAT -> c == '\u200c' || c == '\u200d'; // joiners belong to words, emoji
      default -> true;
    };
  }

  private static String escape(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> "\\u%04x".formatted((int) c);
    };
  }
}
