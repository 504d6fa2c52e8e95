package io.retromae.etl.filter;

import io.retromae.etl.language.Language;
import io.retromae.etl.stage.DocumentStage;

/** Chinese texts and settings that tests of the Chinese stages share. */
final class ChineseTexts {
  /** Five varied sentences of encyclopedic prose on one line. */
  static final String PROSE =
      "长江发源于青藏高原的唐古拉山脉，是亚洲最长的河流。它流经十一个省市，最后在上海注入东海。"
          + "流域内的平原土地肥沃，自古就是稻米和丝绸的产地。三峡水库建成以后，航运和发电的条件都有了改善。"
          + "近年来，沿岸城市开始重视水质，渔业也逐渐恢复。";

  private ChineseTexts() {}

  /** {@code kept}, the reason if it was dropped, or the new text. */
  static String verdict(DocumentStage rule, String text) {
    return Rules.verdict(rule, "wudao/百科", Language.ZH, text);
  }
}
