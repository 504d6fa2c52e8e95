package io.retromae.etl.filter;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import io.retromae.etl.text.TextLines;
import io.retromae.etl.text.WordCounting;
import io.retromae.etl.text.Words;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * English quality rules of Rae et al. 2021 (arXiv:2112.11446), appendix A.1. A word is what stands
 * between blanks; signs that stand alone are none, so that texts whose marks were set off by blanks
 * (WikiText) are judged like others. Stop words count in any case. {@link WordCounting#TOKENS} is
 * datatrove's way: words are counted without those made of punctuation marks only, except in the
 * shares of signs and of words with a letter, and stop words count in small letters only.
 */
public final class GopherQuality implements DocumentStage {
  private static final Words STOP_WORD_LIST = Words.of("the be to of and that have with");

  private static final long[] STOP_WORDS =
      IntStream.range(0, STOP_WORD_LIST.count()).mapToLong(STOP_WORD_LIST::hash).toArray();

  private static final long[] STOP_WORD_KEYS =
      IntStream.range(0, STOP_WORD_LIST.count()).mapToLong(STOP_WORD_LIST::key).toArray();

  private static final int ALL_STOP_WORDS = (1 << STOP_WORDS.length) - 1;

  private static final int LONGEST_STOP_WORD = 4;

  private final Settings limits;

  /**
   * Limits.
   *
   * @param enabled whether the stage runs
   * @param languages whose documents it looks at
   * @param sources whose documents it looks at, all if empty
   * @param words what counts as one
   * @param minWords words that are no pure punctuation
   * @param maxWords words that are no pure punctuation
   * @param minMeanWordLength characters (code points)
   * @param maxMeanWordLength characters (code points)
   * @param maxSymbolsPerWord number signs, and ellipses, per word
   * @param maxBulletLines share of lines
   * @param maxEllipsisLines share of lines
   * @param minWordsWithLetter share of words
   * @param minStopWords different ones of: the be to of and that have with
   */
  public record Settings(
      @Setting(doc = "Run this stage.", standard = "true") boolean enabled,
      @Setting(doc = "Languages it looks at; [] = all.", standard = "[en]")
          List<Language> languages,
      @Setting(doc = "Sources it looks at; [] = all.", standard = "[]") List<String> sources,
      @Setting(
              doc =
                  "What counts as a word: blanks (what stands between blanks, as Rae et al. count),"
                      + " or tokens (punctuation marks too, as datatrove counts).",
              standard = "blanks")
          WordCounting words,
      @Setting(doc = "Fewest words.", standard = "50", min = 0) int minWords,
      @Setting(doc = "Most words.", standard = "100000", min = 1) int maxWords,
      @Setting(doc = "Smallest mean word length.", standard = "3", min = 0)
          double minMeanWordLength,
      @Setting(doc = "Largest mean word length.", standard = "10", min = 0)
          double maxMeanWordLength,
      @Setting(doc = "Most # or ellipses per word.", standard = "0.1", min = 0)
          double maxSymbolsPerWord,
      @Setting(doc = "Largest share of bullet lines.", standard = "0.9", min = 0, max = 1)
          double maxBulletLines,
      @Setting(doc = "Largest share of lines in ...", standard = "0.3", min = 0, max = 1)
          double maxEllipsisLines,
      @Setting(doc = "Smallest share of words with a letter.", standard = "0.8", min = 0, max = 1)
          double minWordsWithLetter,
      @Setting(doc = "Fewest different stop words.", standard = "2", min = 0) int minStopWords) {}

  public GopherQuality(Settings limits) {
    this.limits = limits;
  }

  @Override
  public String name() {
    return "gopher_quality";
  }

  @Override
  public Scope scope() {
    return new Scope(limits.enabled(), limits.languages(), limits.sources());
  }

  @Override
  public Result apply(CleanDocument document) {
    return Result.of(reject(document));
  }

  private Optional<String> reject(CleanDocument document) {
    WordCounts words =
        switch (limits.words()) {
          case BLANKS -> WordCounts.betweenBlanks(document.words());
          case TOKENS -> WordCounts.tokens(document.words());
        };
    if (words.counted() < limits.minWords()) {
      return Optional.of("short");
    }
    if (words.counted() > limits.maxWords()) {
      return Optional.of("long");
    }
    double mean = (double) words.characters() / words.counted();
    if (mean < limits.minMeanWordLength() || mean > limits.maxMeanWordLength()) {
      return Optional.of("mean_word_length");
    }
    SignCounts signs = SignCounts.of(document.text());
    double all = words.all();
    if (signs.hashes() / all > limits.maxSymbolsPerWord()
        || signs.ellipses() / all > limits.maxSymbolsPerWord()) {
      return Optional.of("symbols_per_word");
    }
    LineCounts lines = LineCounts.of(document.text());
    if (lines.bullets() / (double) lines.all() > limits.maxBulletLines()) {
      return Optional.of("bullet_lines");
    }
    if (lines.ellipses() / (double) lines.all() > limits.maxEllipsisLines()) {
      return Optional.of("ellipsis_lines");
    }
    if (words.withLetter() / all < limits.minWordsWithLetter()) {
      return Optional.of("words_without_letter");
    }
    return words.stopWords() < limits.minStopWords() ? Optional.of("stop_words") : Optional.empty();
  }

  /**
   * Words of a text.
   *
   * @param all what signs and words with a letter are measured by
   * @param counted those that are no signs
   * @param characters of those counted
   * @param withLetter of all
   * @param stopWords different ones
   */
  private record WordCounts(int all, int counted, long characters, int withLetter, int stopWords) {
    static WordCounts betweenBlanks(Words tokens) {
      Words words = tokens.betweenBlanks();
      int counted = 0;
      long characters = 0;
      int withLetter = 0;
      for (int i = 0; i < words.count(); i++) {
        if (!words.isSymbol(i)) {
          counted++;
          characters += words.codePoints(i);
          withLetter += words.hasLetter(i) ? 1 : 0;
        }
      }
      int different = Integer.bitCount(stopWords(tokens));
      return new WordCounts(counted, counted, characters, withLetter, different);
    }

    static WordCounts tokens(Words words) {
      int counted = 0;
      long characters = 0;
      int withLetter = 0;
      int stopWords = 0;
      for (int i = 0; i < words.count(); i++) {
        if (!words.isPunctuation(i)) {
          counted++;
          characters += words.codePoints(i);
        }
        if (words.hasLetter(i)) {
          withLetter++;
          stopWords |= bit(STOP_WORDS, words.hash(i));
        }
      }
      int different = Integer.bitCount(stopWords);
      return new WordCounts(words.count(), counted, characters, withLetter, different);
    }

    /** One bit for each stop word, in any case. */
    private static int stopWords(Words words) {
      int found = 0;
      for (int i = 0; i < words.count() && found != ALL_STOP_WORDS; i++) {
        if (words.end(i) - words.start(i) <= LONGEST_STOP_WORD) {
          found |= bit(STOP_WORD_KEYS, words.key(i));
        }
      }
      return found;
    }

    private static int bit(long[] stopWords, long word) {
      for (int i = 0; i < stopWords.length; i++) {
        if (stopWords[i] == word) {
          return 1 << i;
        }
      }
      return 0;
    }
  }

  private record SignCounts(long hashes, long ellipses) {
    static SignCounts of(String text) {
      return new SignCounts(count(text, "#"), count(text, "...") + count(text, "…"));
    }

    private static long count(String text, String sign) {
      long count = 0;
      for (int i = text.indexOf(sign); i >= 0; i = text.indexOf(sign, i + sign.length())) {
        count++;
      }
      return count;
    }
  }

  private record LineCounts(int all, int bullets, int ellipses) {
    static LineCounts of(String text) {
      int all = 0;
      int bullets = 0;
      int ellipses = 0;
      int end;
      for (int start = 0; start < text.length(); start = TextLines.next(text, end)) {
        end = TextLines.end(text, start);
        int last = TextLines.skipBlanksBack(text, start, end);
        int first = TextLines.skipBlanks(text, start, last);
        all++;
        boolean bullet = first < last && (text.charAt(first) == '•' || text.charAt(first) == '-');
        bullets += bullet ? 1 : 0;
        ellipses += endsInEllipsis(text, first, last) ? 1 : 0;
      }
      return new LineCounts(all, bullets, ellipses);
    }

    private static boolean endsInEllipsis(String text, int start, int end) {
      return end > start && text.charAt(end - 1) == '…'
          || end - start >= 3 && text.startsWith("...", end - 3);
    }
  }
}
