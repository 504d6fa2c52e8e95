package io.retromae.finetune.pairs.make;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * First paragraph of a docstring to its function without it. Python is read by its indentation, not
 * parsed: a file that is cut off, or of another version, gives the functions that are whole.
 */
final class DocstringPairs {
  private static final Pattern DEF =
      Pattern.compile("([ \\t]*)(?:async[ \\t]+)?def[ \\t]+\\w+[ \\t]*\\(.*");
  private static final Pattern OPENING = Pattern.compile("[ \\t]*[rRuU]?(\"\"\"|'''|\"|')");

  /** A signature of more lines is none. */
  private static final int LONGEST_SIGNATURE = 60;

  /** Functions of fewer lines say no more than their docstring. */
  private static final int FEWEST_LINES = 4;

  private DocstringPairs() {}

  static List<Pair> of(TitledText document) {
    String[] lines = document.raw().split("\r?\n", -1);
    List<Pair> pairs = new ArrayList<>();
    for (int n = 0; n < lines.length; n++) {
      Matcher def = DEF.matcher(lines[n]);
      if (def.matches()) {
        function(lines, n, def.group(1), pairs);
      }
    }
    return pairs;
  }

  private static void function(String[] lines, int def, String indent, List<Pair> pairs) {
    int body = bodyOf(lines, def);
    if (body < 0 || !isDeeper(lines[body], indent)) {
      return;
    }
    Docstring docstring = docstring(lines, body);
    if (docstring == null) {
      return;
    }
    int end = endOf(lines, docstring.end() + 1, indent);
    List<String> own = new ArrayList<>();
    for (int n = def; n < end; n++) {
      if (n < body || n > docstring.end()) {
        own.add(lines[n].startsWith(indent) ? lines[n].substring(indent.length()) : lines[n]);
      }
    }
    String code = String.join("\n", own).stripTrailing();
    String summary = summary(docstring.text());
    if (own.size() >= FEWEST_LINES && Blocks.isTelling(summary) && !code.contains(summary)) {
      pairs.add(new Pair(summary, code));
    }
  }

  /** The first line behind a signature that is not blank; -1 if there is none. */
  private static int bodyOf(String[] lines, int def) {
    int depth = 0;
    for (int n = def; n < Math.min(lines.length, def + LONGEST_SIGNATURE); n++) {
      String code = lines[n].replaceFirst("#[^'\"]*$", "").stripTrailing();
      depth += count(code, "([{") - count(code, ")]}");
      if (depth <= 0 && code.endsWith(":")) {
        int body = n + 1;
        while (body < lines.length && lines[body].isBlank()) {
          body++;
        }
        return body < lines.length ? body : -1;
      }
    }
    return -1;
  }

  private static int count(String text, String characters) {
    return (int) text.chars().filter(c -> characters.indexOf(c) >= 0).count();
  }

  private static boolean isDeeper(String line, String indent) {
    return line.startsWith(indent)
        && line.length() > indent.length()
        && Character.isWhitespace(line.charAt(indent.length()));
  }

  /** What a docstring says, and its last line. */
  private record Docstring(String text, int end) {}

  /** The docstring that begins in a line, null if none does. */
  private static Docstring docstring(String[] lines, int line) {
    Matcher opening = OPENING.matcher(lines[line]);
    if (!opening.lookingAt()) {
      return null;
    }
    String quotes = opening.group(1);
    String first = lines[line].substring(opening.end());
    if (first.contains(quotes)) {
      boolean alone = first.endsWith(quotes);
      return alone
          ? new Docstring(first.substring(0, first.length() - quotes.length()), line)
          : null;
    }
    if (quotes.length() == 1) {
      return null;
    }
    List<String> text = new ArrayList<>(List.of(first));
    for (int n = line + 1; n < lines.length; n++) {
      int closing = lines[n].indexOf(quotes);
      if (closing >= 0) {
        text.add(lines[n].substring(0, closing));
        return new Docstring(String.join("\n", text), n);
      }
      text.add(lines[n]);
    }
    return null;
  }

  /** Behind the last line of a function; text between three quotes may stand at any indentation. */
  private static int endOf(String[] lines, int from, String indent) {
    int end = from;
    String open = "";
    for (int n = from; n < lines.length; n++) {
      boolean inText = !open.isEmpty();
      if (!inText && !lines[n].isBlank() && !isDeeper(lines[n], indent)) {
        return end;
      }
      open = openBehind(lines[n], open);
      end = lines[n].isBlank() ? end : n + 1;
    }
    return end;
  }

  /** The three quotes that are open behind a line; empty if none are. */
  private static String openBehind(String line, String open) {
    String now = open;
    for (int at = 0; at + 3 <= line.length(); at++) {
      String three = line.substring(at, at + 3);
      boolean quotes = three.equals("\"\"\"") || three.equals("'''");
      if (quotes && (now.isEmpty() || now.equals(three))) {
        now = now.isEmpty() ? three : "";
        at += 2;
      } else if (now.isEmpty() && line.charAt(at) == '#') {
        return now;
      }
    }
    return now;
  }

  private static String summary(String docstring) {
    List<String> blocks = Blocks.of(docstring);
    return blocks.isEmpty() ? "" : Blocks.line(blocks.get(0));
  }
}
