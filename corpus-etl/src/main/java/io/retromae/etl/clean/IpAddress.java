package io.retromae.etl.clean;

/**
 * Public addresses of IP version 4 and 6. Private, local, shared, documentation and multicast
 * ranges (IANA's special-purpose registries, RFC 6890) are nobody's and do not count.
 *
 * <p>Version and section numbers look like version 4. Not taken: four numbers below 10, which are
 * nearly always one of these (1 address in 400,000 has the form), numbers behind {@code v}, {@code
 * version}, 版本, {@code section} or {@code EC} (enzymes), and those with a hyphen before or a name
 * behind, as in file names.
 */
final class IpAddress {
  private static final int PARTS = 4;

  /** First address and prefix length of the ranges that are not public. */
  private static final int[][] RESERVED = {
    {0x00000000, 8}, // this network
    {0x0a000000, 8}, // private
    {0x64400000, 10}, // shared by carriers
    {0x7f000000, 8}, // loopback
    {0xa9fe0000, 16}, // link-local
    {0xac100000, 12}, // private
    {0xc0000000, 24}, // protocol assignments
    {0xc0000200, 24}, // documentation
    {0xc0a80000, 16}, // private
    {0xc6120000, 15}, // benchmarks
    {0xc6336400, 24}, // documentation
    {0xcb007100, 24}, // documentation
    {0xe0000000, 3} // multicast, reserved, broadcast
  };

  private static final String[] OTHER_NUMBERS = {
    "version", "release", "firmware", "版本", "版", "section", "§", "EC"
  };

  private static final int GROUPS_6 = 8;
  private static final int FEWEST_GROUPS_6 = 3;
  private static final int LONGEST_GROUP_6 = 4;

  private IpAddress() {}

  /** Index behind the public version 4 address that begins at an index; -1 if there is none. */
  static int end4(String text, int start) {
    int address = 0;
    int largest = 0;
    int i = start;
    for (int part = 0; part < PARTS; part++) {
      int end = NumberEdges.digitsEnd(text, i);
      int value = part4(text, i, end);
      boolean dotted = part == PARTS - 1 || end < text.length() && text.charAt(end) == '.';
      if (value < 0 || !dotted) {
        return -1;
      }
      address = address << 8 | value;
      largest = Math.max(largest, value);
      i = part == PARTS - 1 ? end : end + 1;
    }
    boolean plausible = largest >= 10 && !isReserved(address);
    return plausible && standsAlone4(text, start, i) ? i : -1;
  }

  /** Value of a part, without leading zeros; -1 if it is none. */
  private static int part4(String text, int start, int end) {
    int length = end - start;
    if (length < 1 || length > 3 || length > 1 && text.charAt(start) == '0') {
      return -1;
    }
    int value = Integer.parseInt(text, start, end, 10);
    return value <= 255 ? value : -1;
  }

  private static boolean isReserved(int address) {
    for (int[] range : RESERVED) {
      int mask = -1 << 32 - range[1];
      if ((address & mask) == range[0]) {
        return true;
      }
    }
    return false;
  }

  private static boolean standsAlone4(String text, int start, int end) {
    boolean named =
        end + 1 < text.length()
            && text.charAt(end) == '.'
            && NumberEdges.isLetter(text.charAt(end + 1));
    boolean hyphen = start > 0 && text.charAt(start - 1) == '-';
    return NumberEdges.beginsHere(text, start)
        && NumberEdges.endsHere(text, end)
        && !named
        && !hyphen
        && !isOtherNumber(text, start);
  }

  private static boolean isOtherNumber(String text, int start) {
    int end = start;
    while (end > 0 && (text.charAt(end - 1) == ' ' || isColon(text.charAt(end - 1)))) {
      end--;
    }
    for (String word : OTHER_NUMBERS) {
      if (text.regionMatches(true, end - word.length(), word, 0, word.length())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isColon(char c) {
    return c == ':' || c == '：';
  }

  /**
   * Index behind the public version 6 address that begins at an index; -1 if there is none. All
   * public ones lie in 2000::/3, so that no clock time, name of a C++ member or slice of an array
   * is taken for one.
   */
  static int end6(String text, int start) {
    char first = text.charAt(start);
    boolean begins =
        (first == '2' || first == '3')
            && start + LONGEST_GROUP_6 < text.length()
            && text.charAt(start + LONGEST_GROUP_6) == ':'
            && NumberEdges.beginsHere(text, start);
    if (!begins || text.regionMatches(true, start, "2001:db8:", 0, 9)) {
      return -1;
    }
    int groups = 0;
    boolean gap = false;
    int i = start;
    while (true) {
      int end = groupEnd6(text, i);
      if (end - i > LONGEST_GROUP_6) {
        return -1;
      }
      groups += end > i ? 1 : 0;
      if (text.startsWith("::", end) && !gap) {
        gap = true;
        i = end + 2;
      } else if (end > i && groupEnd6(text, end + 1) > end + 1 && text.charAt(end) == ':') {
        i = end + 1;
      } else {
        boolean complete = gap ? groups < GROUPS_6 : groups == GROUPS_6;
        return complete && groups >= FEWEST_GROUPS_6 && endsHere6(text, end) ? end : -1;
      }
    }
  }

  private static int groupEnd6(String text, int start) {
    int end = start;
    while (end < text.length()
        && text.charAt(end) < 0x80
        && Character.digit(text.charAt(end), 16) >= 0) {
      end++;
    }
    return end;
  }

  private static boolean endsHere6(String text, int end) {
    return end >= text.length() || !NumberEdges.isWordCharacter(text.charAt(end));
  }
}
