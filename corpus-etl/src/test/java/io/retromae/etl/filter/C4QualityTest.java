package io.retromae.etl.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.text.Words;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class C4QualityTest {
  private static final String PROSE =
      "One line stays here.\nTwo lines stay here!\nDo three lines stay?\nHe said \"stay here.\"\n"
          + "The last one stays.";

  private static final C4Quality STAGE = new C4Quality(Rules.settings(C4Quality.Settings.class));

  @Test
  void proseIsKeptAsItIs() {
    assertEquals(DocumentStage.Result.kept(), apply(PROSE));
  }

  @Test
  void linesThatAreNoSentencesAreCut() {
    String menu = "Home\nRead more...\nToo short.\nNo full stop at all here\n";

    DocumentStage.Result.Changed changed = changed(menu + PROSE);

    assertEquals(PROSE, changed.document().text());
    assertEquals(Map.of("lines", 4L), changed.edits());
  }

  @Test
  void linesOnJavascriptAndCookiesAreCut() {
    String notes = "Please enable JavaScript in it.\nThis site uses cookies, too.\n";

    assertEquals(PROSE, changed(notes + PROSE).document().text());
  }

  @Test
  void lineWithAnEndlessWordIsCut() {
    String line = "This word " + "x".repeat(1001) + " is long.\n";

    assertEquals(PROSE, changed(line + PROSE).document().text());
  }

  @Test
  void citationsAreCutOut() {
    DocumentStage.Result.Changed changed =
        changed("It was so[12] in a book[citation needed].\n" + PROSE);

    assertEquals("It was so in a book.\n" + PROSE, changed.document().text());
    assertEquals(Map.of("citations", 2L), changed.edits());
  }

  @Test
  void pageOfFewSentencesIsDropped() {
    assertDropped("too_few_sentences", "One line stays here.\nTwo lines stay here!");
  }

  @Test
  void pageWithLoremIpsumIsDropped() {
    assertDropped("lorem_ipsum", PROSE + "\nLorem Ipsum dolor sit amet.");
  }

  @Test
  void curlyBracketCountsOnlyInLinesNotCutBefore() {
    assertDropped("curly_bracket", PROSE + "\nThen we call f{x} again.");
    assertEquals(PROSE, changed(PROSE + "\nfunction f() {").document().text());
  }

  @Test
  void manyLinesTakeLinearTime() {
    String many = "This line has no bracket at all. \n".repeat(200_000);

    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> apply(many));
  }

  @Test
  void looksAtWebTextOnly() {
    assertTrue(STAGE.scope().covers(new CleanDocument("pile/Pile-CC", Language.EN, words())));
    assertTrue(!STAGE.scope().covers(new CleanDocument("pile/FreeLaw", Language.EN, words())));
  }

  private static Words words() {
    return Words.of(PROSE);
  }

  private static void assertDropped(String reason, String text) {
    assertEquals(new DocumentStage.Result.Dropped(reason), apply(text));
  }

  private static DocumentStage.Result.Changed changed(String text) {
    return assertInstanceOf(DocumentStage.Result.Changed.class, apply(text));
  }

  private static DocumentStage.Result apply(String text) {
    return STAGE.apply(new CleanDocument("pile/Pile-CC", Language.EN, Words.of(text)));
  }
}
