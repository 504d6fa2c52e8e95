package io.retromae.etl.clean;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The words of a text, found once and shared by all filters. English: runs of letters and digits,
 * with inner hyphens apart, numbers with their points and commas, contractions split ({@code do} +
 * {@code n't}); every punctuation mark is a token. Chinese: Han characters one by one, runs of
 * Latin letters and digits whole.
 *
 * @param tokens in order
 * @param text they were found in
 */
public record Words(List<String> tokens, String text) {
  private static final Set<String> SUFFIXES = Set.of("'s", "'re", "'ve", "'ll", "'d", "'m");

  /** Finds the words of a normalised text. */
  public static Words of(String text) {
    List<String> tokens = new ArrayList<>(text.length() / 4 + 1);
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      if (Character.isWhitespace(c)) {
        i = next;
      } else if (Character.isLetterOrDigit(c) && !isHan(c)) {
        i = word(text, i, tokens);
      } else {
        int end = sameSigns(text, i, c);
        tokens.add(text.substring(i, end));
        i = end;
      }
    }
    return new Words(tokens, text);
  }

  /** Three dots are one token, as are runs of dashes; other signs stand alone. */
  private static int sameSigns(String text, int start, int c) {
    int end = start + Character.charCount(c);
    if (c == '.' || c == '-') {
      while (end < text.length() && text.charAt(end) == c) {
        end++;
      }
    }
    return end;
  }

  private static int word(String text, int start, List<String> tokens) {
    int end = start;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      if (Character.isLetterOrDigit(c) && !isHan(c) || isMark(c)) {
        end += Character.charCount(c);
      } else if (joinsNumber(text, end) || joinsWord(text, end)) {
        end++;
      } else {
        break;
      }
    }
    split(text.substring(start, end), tokens);
    return end;
  }

  private static boolean isMark(int c) {
    return Character.getType(c) == Character.NON_SPACING_MARK;
  }

  /** A point or comma between digits. */
  private static boolean joinsNumber(String text, int i) {
    char c = text.charAt(i);
    return (c == '.' || c == ',')
        && i > 0
        && i + 1 < text.length()
        && Character.isDigit(text.charAt(i - 1))
        && Character.isDigit(text.charAt(i + 1));
  }

  /** An apostrophe between letters. */
  private static boolean joinsWord(String text, int i) {
    char c = text.charAt(i);
    return (c == '\'' || c == '’')
        && i > 0
        && i + 1 < text.length()
        && Character.isLetter(text.charAt(i - 1))
        && Character.isLetter(text.charAt(i + 1));
  }

  private static void split(String word, List<String> tokens) {
    StringBuilder lower = new StringBuilder(word.length());
    word.chars().forEach(c -> lower.append(c == '’' ? '\'' : Character.toLowerCase((char) c)));
    String plain = lower.toString();
    int cut = plain.length();
    if (plain.endsWith("n't") && plain.length() > 3) {
      cut = plain.length() - 3;
    } else {
      int apostrophe = plain.lastIndexOf('\'');
      if (apostrophe > 0 && SUFFIXES.contains(plain.substring(apostrophe))) {
        cut = apostrophe;
      }
    }
    tokens.add(word.substring(0, cut));
    if (cut < word.length()) {
      tokens.add(word.substring(cut));
    }
  }

  /** Whether the character is Chinese script. */
  public static boolean isHan(int c) {
    return Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN;
  }

  /** Whether a token is made of signs only. */
  static boolean isSymbol(String token) {
    return token.codePoints().noneMatch(Character::isLetterOrDigit);
  }
}
