package io.retromae.finetune.pairs.make;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The pairs of small documents in each layout, written down by hand. */
class PairKindTest {
  private static final String LONG =
      "A sentence of a paragraph that is long enough. ".repeat(6).strip();
  private static final String OTHER =
      "Words of another paragraph, which is long as well. ".repeat(6).strip();

  private static TitledText text(String text) {
    return new TitledText("", text, text);
  }

  @Test
  void aTitleOnItsOwnLineIsTakenOffAndOneThatBeginsTheTextStays() {
    assertEquals("正文。", TitledText.of("题目", "题目\n正文。", "").text());
    assertEquals("题目是正文的开头。", TitledText.of("题目", "题目是正文的开头。", "").text());
    assertEquals("Text", TitledText.of("", "Text", "").text());
  }

  @Test
  void titlesToTexts() {
    assertEquals(
        List.of(new Pair("感冒怎么办？", "多喝水。")),
        PairKind.TITLE.of(new TitledText("感冒怎么办？", "多喝水。", "")));
    assertEquals(List.of(), PairKind.TITLE.of(text("no title")));
    assertEquals(List.of(), PairKind.TITLE.of(new TitledText("only a title", "", "")));
  }

  @Test
  void firstLinesToTheRest() {
    assertEquals(
        List.of(new Pair("A study of mice.", "We looked.\nThey ran.")),
        PairKind.FIRST_LINE.of(text("A study of mice.\nWe looked.\nThey ran.")));
    assertEquals(List.of(), PairKind.FIRST_LINE.of(text("One line alone")));
  }

  @Test
  void questionsToEachOfTheirAnswers() {
    String thread =
        "Q:\n\nHow do I sort a list?\n\nI have a list.\nIt is long.\n\nA:\n\nUse sorted.\n\nIt is new.\n\nA:\n\nCall sort.";

    assertEquals(
        List.of(
            new Pair("How do I sort a list?", "Use sorted.\n\nIt is new."),
            new Pair("How do I sort a list?", "Call sort.")),
        PairKind.QUESTION.of(text(thread)));
    assertEquals(List.of(), PairKind.QUESTION.of(text("Q:\n\nWithout an answer?")));
    assertEquals(List.of(), PairKind.QUESTION.of(text("A:\n\nWithout a question.")));
    assertEquals(List.of(), PairKind.QUESTION.of(text("No marks. A: none.")));
  }

  @Test
  void lawsToTheirArticles() {
    String law =
        "2017年12月27日 通过\n第一章 总则\n第一条 在境内收购烟叶的单位为纳税人。\n纳税人应当缴纳烟叶税。\n"
            + "第二章 税率\n第十二条　税率为百分之二十，见第一条的规定。\n第十二条之一 不得更改。";

    assertEquals(
        List.of(
            new Pair("烟叶税法 第一条", "在境内收购烟叶的单位为纳税人。\n纳税人应当缴纳烟叶税。"),
            new Pair("烟叶税法 第十二条", "税率为百分之二十，见第一条的规定。"),
            new Pair("烟叶税法 第十二条之一", "不得更改。")),
        PairKind.ARTICLE.of(new TitledText("烟叶税法", law, "")));
    assertEquals(List.of(), PairKind.ARTICLE.of(text(law)));
  }

  @Test
  void papersToStructuredAbstracts() {
    String paper =
        String.join(
            "\n\n",
            "Annexin in mice",
            "Abstract",
            "Background",
            "It is a protein.",
            "Results",
            "It was lost.",
            "Background",
            LONG);

    assertEquals(
        List.of(new Pair("Annexin in mice", "It is a protein.\n\nIt was lost.")),
        PairKind.ABSTRACT.of(text(paper)));
  }

  @Test
  void papersToPlainAbstracts() {
    String paper =
        String.join("\n\n", "Annexin in mice", "Abstract", LONG, OTHER, "Introduction", LONG);

    assertEquals(
        List.of(new Pair("Annexin in mice", LONG + "\n\n" + OTHER)),
        PairKind.ABSTRACT.of(text(paper)));
    assertEquals(List.of(), PairKind.ABSTRACT.of(text("A text\n\nwithout one")));
    assertEquals(List.of(), PairKind.ABSTRACT.of(text("Abstract\n\n" + LONG)));
  }

  @Test
  void headingsToParagraphs() {
    String paper =
        String.join(
            "\n\n",
            "Title of the paper",
            LONG,
            "Expression in red blood cells",
            LONG,
            OTHER,
            "Results",
            LONG,
            "A sentence of three words.",
            LONG,
            "小鼠红细胞的表达",
            OTHER,
            "A heading with nothing below");

    assertEquals(
        List.of(
            new Pair("Expression in red blood cells", LONG + "\n\n" + OTHER),
            new Pair("小鼠红细胞的表达", OTHER)),
        PairKind.HEADING.of(text(paper)));
  }

  @Test
  void sectionsOfMarkedHeadings() {
    String article =
        " = Hurricane <unk> ( 2011 ) = \n \n Before the first. \n = = Storm history = = \n \n On June 16 . \n"
            + " = = = Second landfall = = = \n It came back . \n = = <unk> = = \n Left out . \n = = Aftermath = = \n <unk> <unk> of it .";

    assertEquals(
        List.of(
            new Pair("Hurricane ( 2011 ) : Storm history", "On June 16 ."),
            new Pair("Hurricane ( 2011 ) : Storm history : Second landfall", "It came back .")),
        PairKind.SECTION.of(text(article)));
  }

  @Test
  void sectionsOfHeadingsBetweenBlankLines() {
    String article =
        String.join("\n\n", "Anarchism", LONG, "History", LONG, OTHER, "See also", "x");

    assertEquals(
        List.of(new Pair("Anarchism : History", LONG + "\n\n" + OTHER)),
        PairKind.SECTION.of(text(article)));
    assertEquals(List.of(), PairKind.SECTION.of(text(LONG)));
    assertEquals(List.of(), PairKind.SECTION.of(text("")));
  }

  @Test
  void docstringsToFunctions() {
    String code =
        """
        class A:
            def first(self, x=(1, 2),
                      y=None):
                \"""Returns the first of them.

                More of it.
                \"""
                text = \'''
        not the end
                \'''
                if x:  # here
                    return x

                return y

            def short(self):
                \"""Too few lines to learn from.\"""
                return 1

        async def last(a):
            '''Waits for all the tasks.'''
            for b in a:
                await b
            return a
        """;
    String first =
        """
        def first(self, x=(1, 2),
                  y=None):
            text = \'''
        not the end
            \'''
            if x:  # here
                return x

            return y""";
    String last = "async def last(a):\n    for b in a:\n        await b\n    return a";

    assertEquals(
        List.of(
            new Pair("Returns the first of them.", first),
            new Pair("Waits for all the tasks.", last)),
        PairKind.DOCSTRING.of(text(code)));
  }

  @Test
  void brokenCodeGivesNoPairAndNoError() {
    for (String code :
        List.of(
            "def f(", "def f():", "def f():\n    \"\"\"open", "def f():\n    '''x'''", "def", "")) {
      assertEquals(List.of(), PairKind.DOCSTRING.of(text(code)), code);
    }
  }

  @Test
  void everyKindTakesTheEmptyDocument() {
    for (PairKind kind : PairKind.values()) {
      assertEquals(List.of(), kind.of(text("")), kind.label());
      assertFalse(kind.label().isEmpty());
    }
  }
}
