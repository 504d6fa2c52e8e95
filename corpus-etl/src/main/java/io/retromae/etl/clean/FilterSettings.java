package io.retromae.etl.clean;

import io.retromae.core.config.Setting;
import io.retromae.etl.filter.BadWords;
import io.retromae.etl.filter.C4Quality;
import io.retromae.etl.filter.ChineseLines;
import io.retromae.etl.filter.ChineseQuality;
import io.retromae.etl.filter.ChineseRepetition;
import io.retromae.etl.filter.FineWebQuality;
import io.retromae.etl.filter.Gibberish;
import io.retromae.etl.filter.GopherQuality;
import io.retromae.etl.filter.GopherRepetition;
import io.retromae.etl.filter.KeptLanguages;
import io.retromae.etl.filter.Mojibake;
import io.retromae.etl.filter.PageFrames;
import io.retromae.etl.normalize.Normalizer;
import io.retromae.etl.pii.PersonalData;
import java.util.List;

/**
 * Switches and limits of the cleaning stages; a stage's settings are declared in its class.
 *
 * @param cleanSources known to hold no page frames
 * @param normalize how texts are cleaned up before any stage sees them
 * @param mojibake wrongly decoded texts
 * @param language which languages are kept
 * @param gibberish words and characters that do not belong together
 * @param pageFrames menus, error pages, notices and adverts
 * @param gopherQuality English quality
 * @param gopherRepetition English repetition
 * @param c4Quality lines of English web text
 * @param finewebQuality English web text
 * @param chineseLines adverts and menus in Chinese texts
 * @param chineseQuality Chinese quality
 * @param chineseRepetition Chinese repetition
 * @param pii personal data
 * @param badWords words of the user's lists
 * @param overrides other limits for single sources
 */
public record FilterSettings(
    @Setting(
            doc =
                "Sources that are known to hold neither menus nor error pages nor adverts: page_frames"
                    + " looks at all others.",
            standard =
                "[pile/Wikipedia (en), pile/PubMed Central, pile/PubMed Abstracts, pile/ArXiv,"
                    + " pile/FreeLaw, pile/Gutenberg (PG-19), pile/Books3, pile/BookCorpus2,"
                    + " pile/USPTO Backgrounds, pile/NIH ExPorter, pile/PhilPapers, pile/EuroParl,"
                    + " pile/OpenSubtitles, pile/YoutubeSubtitles, pile/StackExchange,"
                    + " pile/HackerNews, pile/Ubuntu IRC, pile/Enron Emails, pile/Github,"
                    + " pile/DM Mathematics, wudao/百科, wudao/法律, wudao/医疗问答, wudao/诗词]")
        List<String> cleanSources,
    @Setting(doc = "Clean-up of characters, before all stages.") Normalizer.Settings normalize,
    @Setting(doc = "Wrongly decoded texts.") Mojibake.Settings mojibake,
    @Setting(doc = "Which languages are kept.") KeptLanguages.Settings language,
    @Setting(doc = "Random characters and word salad.") Gibberish.Settings gibberish,
    @Setting(doc = "Pages without a content: menus, error pages, notices, adverts.")
        PageFrames.Settings pageFrames,
    @Setting(doc = "English quality (Rae et al. 2021, appendix A.1).")
        GopherQuality.Settings gopherQuality,
    @Setting(doc = "English repetition (Rae et al. 2021, table A1).")
        GopherRepetition.Settings gopherRepetition,
    @Setting(doc = "Lines of English web text (Raffel et al. 2020).") C4Quality.Settings c4Quality,
    @Setting(doc = "English web text (Penedo et al. 2024).") FineWebQuality.Settings finewebQuality,
    @Setting(doc = "Adverts, navigation and menus in Chinese texts.")
        ChineseLines.Settings chineseLines,
    @Setting(doc = "Chinese quality (limits re-fitted from FineWeb-2's Mandarin set).")
        ChineseQuality.Settings chineseQuality,
    @Setting(doc = "Chinese repetition (FineWeb-2's Mandarin set).")
        ChineseRepetition.Settings chineseRepetition,
    @Setting(doc = "Personal data: replaced, never a reason to drop.") PersonalData.Settings pii,
    @Setting(doc = "Words of lists that the user gives; none by default.")
        BadWords.Settings badWords,
    @Setting(
            doc = "Other limits for single sources; 'set' takes settings of filters as key=value.",
            standard =
                "[{source: pile/Github, set: [normalize.html_entities=false, language.enabled=false,"
                    + " gibberish.enabled=false, gopher_quality.enabled=false,"
                    + " gopher_repetition.enabled=false, chinese_lines.enabled=false,"
                    + " chinese_quality.enabled=false, chinese_repetition.enabled=false]},"
                    + " {source: pile/DM Mathematics, set: [language.enabled=false,"
                    + " gibberish.enabled=false, gopher_quality.enabled=false, gopher_repetition.enabled=false,"
                    + " chinese_lines.enabled=false, chinese_quality.enabled=false,"
                    + " chinese_repetition.enabled=false]},"
                    + " {source: pile/Gutenberg (PG-19), set: [gopher_quality.max_words=10000000]},"
                    + " {source: pile/Books3, set: [gopher_quality.max_words=10000000]},"
                    + " {source: pile/BookCorpus2, set: [gopher_quality.max_words=10000000]},"
                    + " {source: wudao/诗词, set: [chinese_lines.min_paragraph_units=0,"
                    + " chinese_quality.min_units=20, chinese_quality.min_stop_words=0,"
                    + " chinese_quality.min_units_with_letter=0.7,"
                    + " chinese_quality.max_newlines_per_unit=0.3,"
                    + " 'chinese_repetition.max_top_ngrams=[]']},"
                    + " {source: wudao/法律, set: ['chinese_repetition.max_top_ngrams=[0.384, 0.3, 0.256]']}]")
        List<Override> overrides) {

  /**
   * Limits of one source.
   *
   * @param source such as {@code wudao/诗词}
   * @param set assignments such as {@code chinese_quality.min_units=20}
   */
  public record Override(
      @Setting(doc = "The source, such as wudao/诗词.") String source,
      @Setting(doc = "Settings of filters, such as chinese_quality.min_units=20.")
          List<String> set) {}
}
