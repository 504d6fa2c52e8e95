package io.retromae.etl.filter;

import static io.retromae.etl.filter.ChineseTexts.PROSE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.text.Words;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChineseLinesTest {
  @Test
  void proseIsKept() {
    assertEquals("kept", verdict(PROSE));
  }

  @Test
  void advertLinesGoAndAreCounted() {
    String text = "上一篇：无\n" + PROSE + "\n加微信VX88888888领红包！\n版权所有 京ICP备00000000号";

    DocumentStage.Result result =
        stage().apply(new CleanDocument("wudao/百科", Language.ZH, Words.of(text)));

    assertEquals(Map.of("lines", 3L), ((DocumentStage.Result.Changed) result).edits());
    assertEquals(PROSE, verdict(text));
  }

  @Test
  void documentThatIsMostlyAdvertsIsDropped() {
    assertEquals("adverts", verdict("正品代购，货到付款，联系QQ：123456789\n长江是亚洲最长的河流。"));
  }

  @Test
  void longParagraphThatMentionsAPhraseIsProse() {
    String line = "骗子常在聊天时要求受害人加微信转账，" + PROSE;

    assertEquals("kept", verdict(line));
  }

  @Test
  void phrasesIgnoreTheCaseOfLatinLetters() {
    assertEquals(PROSE, verdict(PROSE + "\n京icp备00000000号"));
  }

  @Test
  void extraPhrasesAreFoundToo() {
    String text = PROSE + "\n小编温馨提示您。";

    assertEquals("kept", verdict(text));
    assertEquals(PROSE, verdict(text, "extra_phrases=[小编温馨提示]"));
  }

  @Test
  void extraPhraseOfOneCharacterIsRefused() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> Rules.settings(ChineseLines.Settings.class, "extra_phrases=[加]"));

    assertTrue(e.getMessage().contains("extra_phrases: '加'"), e.getMessage());
  }

  @Test
  void menuGoesButTheHeadingBelowItStays() {
    String text = "首页\n新闻\n体育\n财经\n长江\n" + PROSE;

    assertEquals("长江\n" + PROSE, verdict(text));
  }

  @Test
  void titlesAndChapterHeadingsStay() {
    String statute = "水法\n第一章 总则\n第一节 目的\n" + PROSE + "\n第二章 附则\n" + PROSE;

    assertEquals("kept", verdict(statute));
  }

  @Test
  void linesOfVerseStay() {
    assertEquals("kept", verdict("静夜思\n床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。"));
  }

  @Test
  void everyShortParagraphGoesIfMenusMayHaveOneLine() {
    String text = "长江\n" + PROSE + "\n第二章 附则\n" + PROSE;

    assertEquals(PROSE + "\n" + PROSE, verdict(text, "min_menu_lines=1"));
  }

  @Test
  void noParagraphIsShortIfTheLimitIsZero() {
    assertEquals("kept", verdict("春\n夏\n秋\n冬\n" + PROSE, "min_paragraph_units=0"));
  }

  @Test
  void emptyLineBetweenParagraphsStaysOne() {
    String text = PROSE + "\n\n上一篇：无\n\n" + PROSE;

    assertEquals(PROSE + "\n\n" + PROSE, verdict(text));
  }

  @Test
  void documentThatIsOnlyAMenuIsDropped() {
    assertEquals("nothing_left", verdict("首页\n新闻\n体育\n财经\n娱乐"));
  }

  private static ChineseLines stage(String... assignments) {
    return new ChineseLines(Rules.settings(ChineseLines.Settings.class, assignments));
  }

  private static String verdict(String text, String... assignments) {
    return ChineseTexts.verdict(stage(assignments), text);
  }
}
