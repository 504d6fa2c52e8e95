package io.retromae.etl.filter;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import io.retromae.etl.text.TextLines;
import io.retromae.etl.text.Words;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the lines of a web page that are sentences, and drops pages with few of them (C4, Raffel et
 * al. 2020, arXiv:1910.10683, section 2.2): kept lines end in {@code . ! ? " '} but not in {@code
 * ...}, have three words or more, none of them very long, and do not speak of JavaScript, cookies
 * or policies. Citations such as {@code [12]} are cut out. A page with {@code lorem ipsum} or a
 * curly bracket in such a line is dropped.
 */
public final class C4Quality implements DocumentStage {
  private final Settings limits;

  /**
   * Limits.
   *
   * @param enabled whether the stage runs
   * @param languages whose documents it looks at, all if empty
   * @param sources whose documents it looks at, all if empty
   * @param minWordsPerLine words between blanks
   * @param maxWordLength characters of a word between blanks; a longer one costs its line
   * @param minSentences in the lines kept
   */
  public record Settings(
      @Setting(doc = "Keep only lines that are sentences.", standard = "true") boolean enabled,
      @Setting(doc = "Languages it looks at; [] = all.", standard = "[en]")
          List<Language> languages,
      @Setting(
              doc = "Sources it looks at; [] = all.",
              standard = "[pile/Pile-CC, pile/OpenWebText2]")
          List<String> sources,
      @Setting(doc = "Fewest words of a line.", standard = "3", min = 0) int minWordsPerLine,
      @Setting(doc = "Characters of a word in a line, at most.", standard = "1000", min = 1)
          int maxWordLength,
      @Setting(doc = "Fewest sentences left.", standard = "5", min = 1) int minSentences) {
    /** A copy. */
    public Settings {
      languages = List.copyOf(languages);
      sources = List.copyOf(sources);
    }
  }

  public C4Quality(Settings limits) {
    this.limits = limits;
  }

  @Override
  public String name() {
    return "c4_quality";
  }

  @Override
  public Scope scope() {
    return new Scope(limits.enabled(), limits.languages(), limits.sources());
  }

  @Override
  public Result apply(CleanDocument document) {
    String text = document.text();
    Page page = new Page(document.words());
    int end;
    for (int start = 0; start < text.length(); start = TextLines.next(text, end)) {
      end = TextLines.end(text, start);
      int last = TextLines.skipBlanksBack(text, start, end);
      int first = TextLines.skipBlanks(text, start, last);
      C4Line line = C4Line.of(text, first, last);
      C4Line.Verdict verdict = line.verdict(limits);
      switch (verdict) {
        case LOREM_IPSUM, CURLY_BRACKET -> {
          return new Result.Dropped(verdict.reason());
        }
        case KEPT -> page.keep(line, first, last);
        case CUT -> page.linesCut++;
      }
    }
    return page.sentences < limits.minSentences()
        ? new Result.Dropped("too_few_sentences")
        : page.result(document);
  }

  /** What is left of a page. */
  private static final class Page {
    private final Words words;
    private final StringBuilder text;
    private int word;
    private int sentences;
    private long linesCut;
    private long citations;

    private Page(Words words) {
      this.words = words;
      text = new StringBuilder(words.text().length());
    }

    private void keep(C4Line line, int start, int end) {
      citations += line.citations();
      if (!text.isEmpty()) {
        text.append('\n');
      }
      text.append(line.text(), line.start(), line.end());
      sentences += line.citations() > 0 ? sentencesOf(line) : sentencesOf(start, end);
    }

    private static int sentencesOf(C4Line line) {
      Words own = Words.of(line.text());
      return RuleSentences.count(own, 0, own.count());
    }

    private int sentencesOf(int start, int end) {
      while (word < words.count() && words.start(word) < start) {
        word++;
      }
      int from = word;
      while (word < words.count() && words.end(word) <= end) {
        word++;
      }
      return RuleSentences.count(words, from, word);
    }

    private Result result(CleanDocument document) {
      String left = text.toString();
      int end = TextLines.skipBlanksBack(left, 0, left.length());
      left = left.substring(TextLines.skipBlanks(left, 0, end), end);
      Map<String, Long> edits = new LinkedHashMap<>();
      if (linesCut > 0) {
        edits.put("lines", linesCut);
      }
      if (citations > 0) {
        edits.put("citations", citations);
      }
      return left.equals(words.text())
          ? Result.kept()
          : new Result.Changed(document.withText(left), edits);
    }
  }
}
