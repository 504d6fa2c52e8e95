package io.retromae.etl.pii;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Words that say what the number behind them is: some say that it is what is looked for, others
 * that it is something else, and the nearest one decides. Latin words count as wholes, also as
 * parts of names such as {@code order_id} and {@code cardNumber}; Chinese words count anywhere.
 * Immutable.
 */
final class Keywords {
  /** The nearest word says that it is something else. */
  static final int OTHER = -1;

  /** There is no such word. */
  static final int NONE = 0;

  /** The nearest word says that it is. */
  static final int WANTED = 1;

  /** Chars before a number that are looked at. */
  static final int REACH = 24;

  /** The same for Chinese words that say that it is something else: they stand close. */
  private static final int SHORT_REACH = 8;

  /** Numbers of orders, parcels, papers and things, which are nobody's. */
  static final String SERIAL_NUMBERS =
      "编号 序号 单号 订单 运单 工单 流水 条码 条形码 批号 批次 学号 考号 考证号 工号 货号 型号 案号 编码 代码 合同 发票"
          + " 项目 文件 快递 快件 包裹 单据 票号 档案 期号 样品 物流 取件 商品 产品 序列号 书号 刊号 交易号 退款 版本 统计"
          + " id ids order invoice ticket tracking serial part sku upc case ref reference transaction receipt"
          + " batch lot model item product parcel shipment package session row record seed version hash"
          + " checksum barcode gtin ean isbn issn imei imsi doi arxiv pmid object tweet post node uid code"
          + " index job build commit revision timestamp customer contract";

  private static final String SENTENCE_ENDS = "。！？；!?;\n";
  private static final String PART_ENDS = ",，、";

  private final Map<Character, String[]> wanted;
  private final Map<Character, String[]> other;

  /**
   * Two lists of words, divided by blanks, in small letters.
   *
   * @param wanted say that the number is what is looked for
   * @param other say that it is something else
   */
  Keywords(String wanted, String other) {
    this.wanted = byLastChar(wanted);
    this.other = byLastChar(other);
  }

  private static Map<Character, String[]> byLastChar(String words) {
    Map<Character, String[]> map = new HashMap<>();
    for (String word : List.of(words.split(" "))) {
      map.merge(word.charAt(word.length() - 1), new String[] {word}, Keywords::joined);
    }
    return map;
  }

  private static String[] joined(String[] a, String[] b) {
    String[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /**
   * What the nearest word in the same sentence says: {@link #WANTED}, {@link #OTHER} or {@link
   * #NONE}. Behind a comma, a word still says that more of the same kind follows, but not that
   * something else does.
   */
  int before(String text, int start) {
    boolean samePart = true;
    for (int end = start; end > 0 && start - end < REACH; end--) {
      char last = text.charAt(end - 1);
      if (SENTENCE_ENDS.indexOf(last) >= 0) {
        return NONE;
      }
      samePart &= PART_ENDS.indexOf(last) < 0;
      if (endsAt(wanted, text, end)) {
        return WANTED;
      }
      boolean near = last < 0x80 || start - end < SHORT_REACH;
      if (near && endsAt(other, text, end)) {
        return samePart ? OTHER : NONE;
      }
    }
    return NONE;
  }

  /** Whether a word that asks for the number ends at an index. */
  boolean wantedEndsAt(String text, int end) {
    return endsAt(wanted, text, end);
  }

  private static boolean endsAt(Map<Character, String[]> words, String text, int end) {
    char last = Character.toLowerCase(text.charAt(end - 1));
    for (String word : words.getOrDefault(last, NO_WORDS)) {
      int start = end - word.length();
      if (text.regionMatches(true, start, word, 0, word.length())
          && (last >= 0x80 || standsAlone(text, start, end))) {
        return true;
      }
    }
    return false;
  }

  private static final String[] NO_WORDS = {};

  private static boolean standsAlone(String text, int start, int end) {
    boolean begins =
        start == 0
            || !NumberEdges.isLetter(text.charAt(start - 1))
            || Character.isLowerCase(text.charAt(start - 1))
                && Character.isUpperCase(text.charAt(start));
    int behind = end < text.length() && text.charAt(end) == 's' ? end + 1 : end;
    boolean ends =
        behind == text.length()
            || !NumberEdges.isLetter(text.charAt(behind))
            || Character.isUpperCase(text.charAt(behind));
    return begins && ends;
  }
}
