package io.retromae.finetune.pairs.make;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What a pair is made of; to add a kind, add a class like these. */
public enum PairKind {
  /** Title to text: WuDao's encyclopedia, poems, and questions that are titles. */
  TITLE(TitlePairs::of),
  /** First line to the text behind it, where records have no title: PubMed Abstracts. */
  FIRST_LINE(FirstLinePairs::of),
  /** Question to each of its answers, between the marks {@code Q:} and {@code A:}. */
  QUESTION(QuestionPairs::of),
  /** Title of a law and number of an article to the article. */
  ARTICLE(ArticlePairs::of),
  /** Title of a paper to its abstract. */
  ABSTRACT(AbstractPairs::of),
  /** Heading to the paragraphs below it. */
  HEADING(HeadingPairs::of),
  /** Title and headings to the section below them: Wikipedia. */
  SECTION(SectionPairs::of),
  /** First paragraph of a docstring to its function: Python. */
  DOCSTRING(DocstringPairs::of);

  private final Function<TitledText, List<Pair>> maker;

  PairKind(Function<TitledText, List<Pair>> maker) {
    this.maker = maker;
  }

  /** The pairs of a document, in its order; none if it is not of this kind. */
  public List<Pair> of(TitledText document) {
    return maker.apply(document);
  }

  /** As in settings, reports and names of files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
