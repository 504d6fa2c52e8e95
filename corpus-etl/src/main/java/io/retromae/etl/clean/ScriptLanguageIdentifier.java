package io.retromae.etl.clean;

import java.util.Locale;
import java.util.Set;

/**
 * Language by script, then by function words: more than 30 % Han and less than 5 % kana is Chinese;
 * a text mostly in Latin letters is English if at least every eighth of its words is one of
 * English's commonest function words. Looks at the first 2,000 tokens.
 */
public final class ScriptLanguageIdentifier implements LanguageIdentifier {
  private static final int MAX_TOKENS = 2_000;
  private static final double MIN_HAN = 0.3;
  private static final double MAX_KANA = 0.05;
  private static final double MIN_LATIN = 0.5;
  private static final double MIN_FUNCTION_WORDS = 0.125;

  private static final Set<String> FUNCTION_WORDS =
      Set.of(
          "the",
          "of",
          "and",
          "to",
          "in",
          "is",
          "that",
          "it",
          "was",
          "for",
          "with",
          "as",
          "be",
          "by",
          "this",
          "are",
          "from",
          "at",
          "which",
          "not",
          "have",
          "has",
          "had",
          "were",
          "or",
          "an",
          "they",
          "their",
          "been",
          "he",
          "she",
          "his",
          "her",
          "you",
          "we",
          "but",
          "on",
          "if",
          "would",
          "there",
          "what",
          "who",
          "when",
          "will",
          "can",
          "its",
          "than",
          "them",
          "these",
          "those",
          "i",
          "my",
          "your",
          "our",
          "all",
          "shall",
          "everyone",
          "any",
          "other",
          "no");

  @Override
  public Language identify(Words words) {
    long han = 0;
    long kana = 0;
    long latin = 0;
    long letters = 0;
    long latinWords = 0;
    long functionWords = 0;
    for (int i = 0; i < Math.min(MAX_TOKENS, words.count()); i++) {
      String token = words.token(i);
      int c = token.codePointAt(0);
      if (!Character.isLetter(c)) {
        continue;
      }
      int length = token.codePointCount(0, token.length());
      letters += length;
      switch (Character.UnicodeScript.of(c)) {
        case HAN -> han += length;
        case HIRAGANA, KATAKANA -> kana += length;
        case LATIN -> {
          latin += length;
          latinWords++;
          functionWords += FUNCTION_WORDS.contains(token.toLowerCase(Locale.ROOT)) ? 1 : 0;
        }
        default -> {
          // another script: counted in letters only
        }
      }
    }
    if (han > MIN_HAN * letters && kana < MAX_KANA * letters) {
      return Language.ZH;
    }
    boolean english =
        latin > MIN_LATIN * letters && functionWords >= MIN_FUNCTION_WORDS * latinWords;
    return english && latinWords > 0 ? Language.EN : Language.UND;
  }
}
