package io.retromae.embed.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The little of Python's notation that headers of {@code .npy} files are written in: a dictionary
 * of texts, {@code True}, {@code False} and tuples of whole numbers. Takes nothing else.
 */
final class PythonDict {
  private final String text;
  private int at;

  PythonDict(String text) {
    this.text = text;
  }

  /**
   * Its entries: String, Boolean or long[].
   *
   * @throws IllegalArgumentException if it is written otherwise or names a key twice
   */
  Map<String, Object> read() {
    Map<String, Object> entries = new TreeMap<>();
    expect('{');
    while (!next('}')) {
      String key = string();
      expect(':');
      if (entries.put(key, value()) != null) {
        throw new IllegalArgumentException("'" + key + "' twice");
      }
      if (!next(',')) {
        expect('}');
        break;
      }
    }
    blanks();
    if (at != text.length()) {
      throw new IllegalArgumentException("more than a dictionary");
    }
    return entries;
  }

  private Object value() {
    blanks();
    if (text.startsWith("True", at)) {
      at += 4;
      return true;
    } else if (text.startsWith("False", at)) {
      at += 5;
      return false;
    } else if (next('(')) {
      return tuple();
    }
    return string();
  }

  private long[] tuple() {
    List<Long> numbers = new ArrayList<>();
    while (!next(')')) {
      numbers.add(number());
      if (!next(',')) {
        expect(')');
        break;
      }
    }
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private long number() {
    blanks();
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    String digits = text.substring(from, at);
    if (digits.isEmpty() || digits.length() > 18) {
      throw unexpected();
    }
    if (text.startsWith("L", at)) { // Python 2
      at++;
    }
    return Long.parseLong(digits);
  }

  private String string() {
    blanks();
    char quote = at < text.length() ? text.charAt(at) : 0;
    int end = text.indexOf(quote, at + 1);
    if (quote != '\'' && quote != '"' || end < 0) {
      throw unexpected();
    }
    String inside = text.substring(at + 1, end);
    if (inside.indexOf('\\') >= 0) {
      throw unexpected();
    }
    at = end + 1;
    return inside;
  }

  private void expect(char c) {
    if (!next(c)) {
      throw unexpected();
    }
  }

  /** Passes over a character, if it comes next. */
  private boolean next(char c) {
    blanks();
    boolean found = at < text.length() && text.charAt(at) == c;
    at += found ? 1 : 0;
    return found;
  }

  private void blanks() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException unexpected() {
    return new IllegalArgumentException("something unexpected at character " + at);
  }
}
