package io.retromae.etl.pii;

/**
 * Public addresses of IP version 4 and 6. Private, local, shared, documentation and multicast
 * ranges (IANA's special-purpose registries, RFC 6890) are nobody's and do not count.
 *
 * <p>Version and section numbers look like version 4. The nearest word before one decides: {@code
 * address}, {@code host}, 服务器 or {@code version}, {@code section}, {@code OID}, 版本. So does what is
 * joined to it: an operator such as {@code ==}, a hyphen or an at sign before, a name before a
 * slash, a name or 版 behind. Without any of these, four numbers are none if two of them are below
 * 10 or all below 32: 1 address in 100 is like that, and nearly every version.
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

  private static final Keywords WORDS =
      new Keywords(
          "ip ipv4 address addr host hostname server servers dns nameserver gateway ping ssh telnet"
              + " client remote remote_addr inet proxy login connection ips 地址 服务器 主机 网关 来自 登录"
              + " 登陆 访问 解析到 攻击者 用户 端口",
          "version versions v ver release firmware build update upgrade upgraded section sections sec §"
              + " chapter clause article appendix annex table figure fig paragraph rule item step part"
              + " oid ec tc kernel driver revision patch edition firefox chrome chromium safari opera edge"
              + " windows android ios macos linux ubuntu debian java python php mysql nginx apache openssl"
              + " gcc office acrobat flash skype photoshop itunes 版本 版 固件 驱动 内核 附录 章 节 条 第 更新"
              + " 升级 标识符");

  private static final String[] VERSION_BEHIND = {
    "版", "固件", "更新", "升级", "条", "节", "章", "version", "release", "beta", "build", "安装"
  };

  /** Numbers below this are common in versions. */
  private static final int SMALL = 10;

  private static final int LARGE = 32;

  private static final int GROUPS_6 = 8;
  private static final int FEWEST_GROUPS_6 = 3;
  private static final int LONGEST_GROUP_6 = 4;

  private IpAddress() {}

  /** Index behind the public version 4 address that begins at an index; -1 if there is none. */
  static int end4(String text, int start) {
    int address = 0;
    int largest = 0;
    int small = 0;
    int i = start;
    for (int part = 0; part < PARTS; part++) {
      int end = NumberEdges.digitsEnd(text, i, 4);
      int value = part4(text, i, end);
      boolean dotted = part == PARTS - 1 || end < text.length() && text.charAt(end) == '.';
      if (value < 0 || !dotted) {
        return -1;
      }
      address = address << 8 | value;
      largest = Math.max(largest, value);
      small += value < SMALL ? 1 : 0;
      i = part == PARTS - 1 ? end : end + 1;
    }
    boolean candidate = largest >= SMALL && !isReserved(address) && standsAlone4(text, start, i);
    return candidate && !isNetwork(text, i, address) && isMeant(text, start, i, small, largest)
        ? i
        : -1;
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
    boolean joined = start > 0 && "-@".indexOf(text.charAt(start - 1)) >= 0;
    return NumberEdges.beginsHere(text, start)
        && NumberEdges.endsHere(text, end)
        && !named
        && !joined
        && !isBehindName(text, start)
        && !isBehindOperator(text, start);
  }

  /** As in {@code Chrome/91.20.44.12}. */
  private static boolean isBehindName(String text, int start) {
    return start > 1
        && text.charAt(start - 1) == '/'
        && NumberEdges.isWordCharacter(text.charAt(start - 2));
  }

  /** As in {@code name==1.20.30.40}. */
  private static boolean isBehindOperator(String text, int start) {
    int i = start > 0 && text.charAt(start - 1) == ' ' ? start - 1 : start;
    return i > 1
        && "=<>~".indexOf(text.charAt(i - 1)) >= 0
        && "=<>~!".indexOf(text.charAt(i - 2)) >= 0;
  }

  /** The address of a whole network, with the length of its prefix, is no machine's. */
  private static boolean isNetwork(String text, int end, int address) {
    int stop = NumberEdges.digitsEnd(text, end + 1, 3);
    if (end >= text.length() || text.charAt(end) != '/' || stop - end < 2 || stop - end > 3) {
      return false;
    }
    int prefix = Integer.parseInt(text, end + 1, stop, 10);
    return prefix >= SMALL - 2 && prefix < Integer.SIZE && address << prefix == 0;
  }

  private static boolean isMeant(String text, int start, int end, int small, int largest) {
    int said = WORDS.before(text, start);
    if (said != Keywords.NONE) {
      return said == Keywords.WANTED;
    }
    int behind = end < text.length() && text.charAt(end) == ' ' ? end + 1 : end;
    for (String word : VERSION_BEHIND) {
      if (text.regionMatches(true, behind, word, 0, word.length())) {
        return false;
      }
    }
    boolean port = end < text.length() && text.charAt(end) == ':';
    if (port && NumberEdges.isDigitAt(text, end + 1) || text.startsWith("://", start - 3)) {
      return true;
    }
    return small < 2 && largest >= LARGE && !(small == 1 && isBehindCapital(text, start));
  }

  /** Whether the word before is written like the name of a product. */
  private static boolean isBehindCapital(String text, int start) {
    int i = start - 1;
    if (i < 1 || text.charAt(i) != ' ') {
      return false;
    }
    int first = i;
    while (first > 0
        && i - first < Keywords.REACH
        && NumberEdges.isLetter(text.charAt(first - 1))) {
      first--;
    }
    return first < i && Character.isUpperCase(text.charAt(first));
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
      groups += end > i ? 1 : 0;
      if (end - i > LONGEST_GROUP_6 || groups > GROUPS_6) {
        return -1;
      }
      if (text.startsWith("::", end) && !gap) {
        if (groups < 2) {
          return -1; // a slice of an array
        }
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
        && end - start <= LONGEST_GROUP_6
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
