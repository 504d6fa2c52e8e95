package io.retromae.etl.text;

/**
 * Web and mail addresses, which stay whole: an optional scheme, an optional user, a host with a top
 * domain in small letters or a public IPv4 address, an optional port, path, query.
 */
final class WebAddress {
  private static final int LONGEST_LABEL = 64;
  private static final int LONGEST_TOP_DOMAIN = 63;

  private WebAddress() {}

  /** Whether {@code text[start, end)} is one. */
  static boolean matches(String text, int start, int end) {
    int host = behindScheme(text, start, end);
    if (hostMatches(text, host, end)) {
      return true;
    }
    int at = TextLines.indexOf(text, '@', start + 1, end);
    while (at < end) {
      if (hostMatches(text, at + 1, end)) {
        return true;
      }
      at = TextLines.indexOf(text, '@', at + 1, end);
    }
    return false;
  }

  private static int behindScheme(String text, int start, int end) {
    int i = start;
    while (i < end && isSchemeCharacter(text.charAt(i))) {
      i++;
    }
    return i - start >= 2 && i + 3 <= end && text.startsWith("://", i) ? i + 3 : start;
  }

  private static boolean isSchemeCharacter(char c) {
    return Character.isLetterOrDigit(c)
        || Character.getType(c) == Character.OTHER_NUMBER
        || "_+-.".indexOf(c) >= 0;
  }

  private static boolean hostMatches(String text, int start, int end) {
    int i = start;
    while (i < end && (isHostCharacter(text.charAt(i)) || ".-_".indexOf(text.charAt(i)) >= 0)) {
      i++;
    }
    return i > start
        && restMatches(text, i, end)
        && (isDomain(text, start, i) || isPublicIp(text, start, i));
  }

  private static boolean isHostCharacter(char c) {
    boolean ascii = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    return ascii || c >= 0xa1 && !Character.isSurrogate(c);
  }

  /** Port, path, query or nothing. */
  private static boolean restMatches(String text, int start, int end) {
    int i = start;
    if (i < end && text.charAt(i) == ':') {
      i++;
      while (i < end && Character.isDigit(text.charAt(i))) {
        i++;
      }
      if (i - start < 3 || i - start > 6) {
        return false;
      }
    }
    return i == end || "/?#".indexOf(text.charAt(i)) >= 0;
  }

  private static boolean isDomain(String text, int start, int end) {
    int label = start;
    int dot = TextLines.indexOf(text, '.', label, end);
    while (dot < end) {
      boolean fits =
          dot > label
              && dot - label <= LONGEST_LABEL
              && isHostCharacter(text.charAt(label))
              && isHostCharacter(text.charAt(dot - 1));
      if (!fits) {
        return false;
      }
      label = dot + 1;
      dot = TextLines.indexOf(text, '.', label, end);
    }
    return label > start && isTopDomain(text, label, end);
  }

  private static boolean isTopDomain(String text, int start, int end) {
    for (int i = start; i < end; i++) {
      if ((CharKinds.of(text.charAt(i)) & CharKinds.LOWER) == 0) {
        return false;
      }
    }
    return end - start >= 2 && end - start <= LONGEST_TOP_DOMAIN;
  }

  private static boolean isPublicIp(String text, int start, int end) {
    int[] parts = new int[4];
    int part = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c == '.') {
        part++;
      } else if (EnglishAffixes.isAsciiDigit(c) && part < 4) {
        parts[part] = Math.min(999, parts[part] * 10 + c - '0');
      } else {
        return false;
      }
      if (part > 3) {
        return false;
      }
    }
    boolean range =
        parts[0] >= 1
            && parts[0] <= 223
            && parts[1] <= 255
            && parts[2] <= 255
            && parts[3] >= 1
            && parts[3] <= 254;
    return part == 3 && range && text.charAt(start) != '0' && !isPrivate(parts[0], parts[1]);
  }

  private static boolean isPrivate(int first, int second) {
    return first == 10
        || first == 127
        || first == 169 && second == 254
        || first == 192 && second == 168
        || first == 172 && second >= 16 && second <= 31;
  }
}
