package io.retromae.embed.metric.rank;

/**
 * The order of ids in ties: that of their UTF-8 bytes, which is the order of code points. Java's
 * {@code compareTo} compares UTF-16 units and puts characters beyond the basic plane before
 * U+E000..U+FFFF.
 */
final class IdOrder {
  private IdOrder() {}

  static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char left = a.charAt(i);
      char right = b.charAt(i);
      if (left != right) {
        boolean leftBeyond = Character.isSurrogate(left);
        boolean rightBeyond = Character.isSurrogate(right);
        if (leftBeyond != rightBeyond) {
          return leftBeyond ? 1 : -1;
        }
        return left - right; // two surrogates: high ones order code points, low ones too
      }
    }
    return a.length() - b.length();
  }
}
