package io.retromae.etl.pii;

import java.util.Locale;
import java.util.Set;

/**
 * E-mail addresses as people write them: {@code local@label.label.tld} in ASCII, the last label a
 * {@link TopDomains top-level domain}. Not taken: files such as {@code icon@2x.png}, accounts of
 * programs such as {@code git@host}, places for {@code ssh} and {@code scp} ({@code
 * user@host:path}), users in web addresses ({@code https://user:key@host}), names in networks
 * ({@code @user@host}).
 */
final class EmailAddress {
  private static final int LONGEST_LOCAL_PART = 64;
  private static final int LONGEST_LABEL = 63;
  private static final int LONGEST_DOMAIN = 255;
  private static final int LONGEST_TOP_LABEL = 24;
  private static final int LONGEST_PATH = 256;

  /** Accounts through which programs talk. */
  private static final Set<String> PROGRAMS = Set.of("git", "hg", "svn", "cvs", "gitlab", "gitea");

  /** Programs that take {@code user@host}. */
  private static final String[] REMOTE_COMMANDS = {"ssh", "scp", "sftp", "rsync", "mosh", "sshfs"};

  private EmailAddress() {}

  /**
   * The address around an at sign.
   *
   * @param from the address must not begin before this index
   * @return its span, or {@link Span#NONE}
   */
  static long around(String text, int at, int from) {
    int start = at;
    int first = Math.max(from, at - LONGEST_LOCAL_PART);
    while (start > first && isLocal(text.charAt(start - 1))) {
      start--;
    }
    while (start < at && !NumberEdges.isWordCharacter(text.charAt(start))) {
      start++;
    }
    if (start == at || text.charAt(at - 1) == '.') {
      return Span.NONE;
    }
    int end = domainEnd(text, at + 1);
    return end < 0 || isHandle(text, start) || isRemote(text, start, at, end)
        ? Span.NONE
        : Span.of(start, end);
  }

  /** A name in a network, {@code @user@host}. */
  private static boolean isHandle(String text, int start) {
    return start > 0 && text.charAt(start - 1) == '@';
  }

  /** A user of a machine, or of a web address. */
  private static boolean isRemote(String text, int start, int at, int end) {
    return PROGRAMS.contains(text.substring(start, at).toLowerCase(Locale.ROOT))
        || isUserOfAddress(text, start)
        || isArgument(text, start)
        || isPath(text, end);
  }

  /** Behind {@code //}, or {@code //user:}. */
  private static boolean isUserOfAddress(String text, int start) {
    int i = start;
    if (i > 0 && text.charAt(i - 1) == ':') {
      i--;
      int first = Math.max(0, i - LONGEST_LOCAL_PART);
      while (i > first && isLocal(text.charAt(i - 1))) {
        i--;
      }
    }
    return i > 2 && text.startsWith("://", i - 3);
  }

  private static boolean isArgument(String text, int start) {
    for (String command : REMOTE_COMMANDS) {
      int from = start - 1 - command.length();
      boolean alone = from <= 0 || !NumberEdges.isWordCharacter(text.charAt(from - 1));
      if (text.startsWith(command + " ", from) && alone) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a colon and a path of files follow; behind {@code user@host.com:} may be other text.
   */
  private static boolean isPath(String text, int colon) {
    if (colon >= text.length() || text.charAt(colon) != ':') {
      return false;
    }
    int to = Math.min(text.length(), colon + LONGEST_PATH);
    for (int i = colon + 1; i < to; i++) {
      char c = text.charAt(i);
      if (c == '/' || c == '~') {
        return true;
      }
      if (!isLocal(c)) {
        return false;
      }
    }
    return false;
  }

  private static boolean isLocal(char c) {
    return NumberEdges.isWordCharacter(c) || c == '.' || c == '-' || c == '+' || c == '%';
  }

  /** Behind the last label that can be a top-level one; -1 if there is none. */
  private static int domainEnd(String text, int start) {
    int end = -1;
    int label = start;
    while (label - start <= LONGEST_DOMAIN) {
      int stop = labelEnd(text, label);
      boolean wellFormed =
          stop > label && stop - label <= LONGEST_LABEL && text.charAt(stop - 1) != '-';
      if (!wellFormed || label == start && isScale(text, label, stop)) {
        return end;
      }
      if (label > start && isTopLabel(text, label, stop)) {
        if (end > 0 && isNextSentence(text, label)) {
          return end;
        }
        end = stop;
      }
      if (stop == text.length() || text.charAt(stop) != '.') {
        return end;
      }
      label = stop + 1;
    }
    return -1;
  }

  /** How much larger a picture is, as in {@code icon@2x.png}. */
  private static boolean isScale(String text, int start, int end) {
    return (text.charAt(end - 1) | 32) == 'x'
        && NumberEdges.digitsEnd(text, start, LONGEST_LABEL) == end - 1
        && end - start > 1;
  }

  /** A capital and a small letter behind a domain that may end before it. */
  private static boolean isNextSentence(String text, int label) {
    return Character.isUpperCase(text.charAt(label))
        && Character.isLowerCase(text.charAt(label + 1));
  }

  private static int labelEnd(String text, int start) {
    int end = start;
    int to = Math.min(text.length(), start + LONGEST_LABEL + 1);
    while (end < to) {
      char c = text.charAt(end);
      boolean inside = NumberEdges.isDigit(c) || NumberEdges.isLetter(c) || c == '-' && end > start;
      if (!inside) {
        return end;
      }
      end++;
    }
    return end;
  }

  private static boolean isTopLabel(String text, int start, int end) {
    return end - start >= 2
        && end - start <= LONGEST_TOP_LABEL
        && TopDomains.contains(text.substring(start, end));
  }
}
