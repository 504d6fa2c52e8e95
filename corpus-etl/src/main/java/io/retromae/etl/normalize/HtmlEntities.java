package io.retromae.etl.normalize;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * HTML character references as left over by extraction: the names of HTML 4 that prose uses, and
 * decimal and hexadecimal numbers, always with their semicolon. A number that names a control
 * character other than tab and line ends, half a surrogate pair or nothing at all is no entity; 128
 * to 159 mean Windows-1252, as browsers read them.
 */
final class HtmlEntities {
  /** What {@link #at} returns where no entity stands. */
  static final long NONE = 0;

  /** Names of U+00A0 to U+00FF in order. */
  private static final String LATIN_1 =
      "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn"
          + " sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest"
          + " Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave"
          + " Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute"
          + " Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave"
          + " eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml"
          + " divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

  /** Other names, each with its character. */
  private static final String OTHERS =
      "amp & lt < gt > quot \" apos ' OElig Œ oelig œ Scaron Š scaron š Yuml Ÿ fnof ƒ circ ˆ tilde ˜"
          + " ndash – mdash — lsquo ‘ rsquo ’ sbquo ‚ ldquo “ rdquo ” bdquo „ dagger † Dagger ‡"
          + " bull • hellip … permil ‰ prime ′ Prime ″ lsaquo ‹ rsaquo › euro € trade ™ larr ← uarr ↑"
          + " rarr → darr ↓ harr ↔ minus − infin ∞ asymp ≈ ne ≠ le ≤ ge ≥ sum ∑ radic √ alpha α"
          + " beta β gamma γ delta δ epsilon ε lambda λ mu μ pi π sigma σ omega ω Delta Δ Omega Ω"
          + " ensp \u2002 emsp \u2003 thinsp \u2009 zwnj \u200c zwj \u200d lrm \u200e rlm \u200f";

  private static final String WINDOWS_1252 = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

  private static final int LONGEST_NAME = 8;
  private static final int MOST_DIGITS = 7;

  private static final long[] NAMES;
  private static final char[] CHARACTERS;

  static {
    Map<Long, Character> byName = new HashMap<>();
    char c = '\u00a0';
    for (String name : LATIN_1.split(" ")) {
      byName.put(packed(name.toCharArray(), 0, name.length()), c++);
    }
    String[] others = OTHERS.split(" ");
    for (int i = 0; i < others.length; i += 2) {
      byName.put(packed(others[i].toCharArray(), 0, others[i].length()), others[i + 1].charAt(0));
    }
    NAMES = byName.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    CHARACTERS = new char[NAMES.length];
    for (int i = 0; i < NAMES.length; i++) {
      CHARACTERS[i] = byName.get(NAMES[i]);
    }
  }

  private HtmlEntities() {}

  /**
   * The entity whose name or number begins at a position, behind its {@code &}.
   *
   * @return code point and length, to be read with {@link #codePoint} and {@link #length}, or
   *     {@link #NONE}
   */
  static long at(char[] text, int start, int end) {
    if (start < end && text[start] == '#') {
      return numeric(text, start, end);
    }
    int stop = start;
    while (stop < end && stop - start < LONGEST_NAME && isNameCharacter(text[stop])) {
      stop++;
    }
    if (stop == start || stop == end || text[stop] != ';') {
      return NONE;
    }
    int found = Arrays.binarySearch(NAMES, packed(text, start, stop));
    return found < 0 ? NONE : result(CHARACTERS[found], stop + 1 - start);
  }

  /** The character that an entity stands for. */
  static int codePoint(long entity) {
    return (int) entity;
  }

  /** Chars of an entity behind its {@code &}, the semicolon included. */
  static int length(long entity) {
    return (int) (entity >>> 32);
  }

  private static long result(int codePoint, int length) {
    return (long) length << 32 | codePoint;
  }

  private static boolean isNameCharacter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }

  private static long packed(char[] text, int start, int end) {
    long packed = 0;
    for (int i = start; i < end; i++) {
      packed = packed << 8 | text[i];
    }
    return packed;
  }

  private static long numeric(char[] text, int start, int end) {
    int i = start + 1;
    boolean hexadecimal = i < end && (text[i] | 32) == 'x';
    int radix = hexadecimal ? 16 : 10;
    i += hexadecimal ? 1 : 0;
    int first = i;
    int value = 0;
    while (i < end && i - first < MOST_DIGITS && digit(text[i], radix) >= 0) {
      value = value * radix + digit(text[i], radix);
      i++;
    }
    if (i == first || i == end || text[i] != ';') {
      return NONE;
    }
    int codePoint = value >= 0x80 && value < 0xa0 ? WINDOWS_1252.charAt(value - 0x80) : value;
    return isText(codePoint) ? result(codePoint, i + 1 - start) : NONE;
  }

  /** ASCII digits only. */
  private static int digit(char c, int radix) {
    return c < 0x80 ? Character.digit(c, radix) : -1;
  }

  private static boolean isText(int c) {
    if (c < ' ') {
      return c == '\t' || c == '\n' || c == '\r';
    }
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    return c != 0x7f && !surrogate && Character.isValidCodePoint(c);
  }
}
