package io.retromae.finetune.pairs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.finetune.pairs.make.Pair;
import io.retromae.finetune.pairs.make.PairKind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PairLengthsTest {
  private static final PairLengths LENGTHS = new PairLengths(2, 10, 5, 20);

  @Test
  void eachSideIsHeldToItsLimits() {
    assertEquals(Optional.empty(), LENGTHS.reason(new Pair("ab", "abcde")));
    assertEquals(Optional.of("query_short"), LENGTHS.reason(new Pair("a", "abcde")));
    assertEquals(Optional.of("query_long"), LENGTHS.reason(new Pair("ab".repeat(6), "abcde")));
    assertEquals(Optional.of("passage_short"), LENGTHS.reason(new Pair("ab", "abcd")));
    assertEquals(Optional.of("same_text"), LENGTHS.reason(new Pair("abcdef", "abcdef")));
  }

  @Test
  void longPassagesEndBehindASentenceIfOneEndsInTheirSecondHalf() {
    assertEquals("One two three four.", LENGTHS.cut("One two three four. Five six."));
    assertEquals("一二三四五六七八九十一。", LENGTHS.cut("一二三四五六七八九十一。二三四五六七八九十"));
    assertEquals("x".repeat(20), LENGTHS.cut("x".repeat(30)));
    assertEquals("a short one", LENGTHS.cut("a short one"));
    String pairs = "x".repeat(19) + "\uD83D\uDE00 and more";
    assertEquals("x".repeat(19), LENGTHS.cut(pairs), "no half of a surrogate pair");
  }

  @Test
  void aSourceHasOneRuleAndDataSetsHaveNamesFitForFiles() {
    PairRule corpus = new PairRule("wudao", List.of(PairKind.TITLE), Optional.empty());
    PairRule law = new PairRule("wudao/法律", List.of(PairKind.ARTICLE), Optional.of("law"));
    PairRules rules = new PairRules(List.of(corpus, law));

    assertEquals(List.of(PairKind.ARTICLE), rules.kinds("wudao/法律"));
    assertEquals(List.of(PairKind.TITLE), rules.kinds("wudao/新闻"));
    assertEquals(List.of(), rules.kinds("pile/Books3"));
    assertEquals("law-article", rules.name("wudao/法律", PairKind.ARTICLE));
    String news = rules.name("wudao/新闻", PairKind.TITLE);
    assertTrue(news.matches("wudao-[0-9a-f]{8}-title"), news);
    assertEquals(
        "pile-PubMed-Central-heading", rules.name("pile/PubMed Central", PairKind.HEADING));
    assertThrows(ConfigException.class, () -> new PairRules(List.of(corpus, corpus)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PairRule("x", List.of(PairKind.TITLE), Optional.of("../x")));
  }

  private static PairRule rule(String source, PairKind kind, String name) {
    return new PairRule(source, List.of(kind), Optional.ofNullable(name));
  }

  @Test
  void aCorpusNameStandsBeforeTheRestOfItsSources() {
    PairRules rules = new PairRules(List.of(rule("wudao", PairKind.TITLE, "x")));

    assertEquals("x-title", rules.name("wudao", PairKind.TITLE));
    assertEquals("x-old-news-title", rules.name("wudao/old news", PairKind.TITLE));
    assertNotEquals(rules.name("wudao/百科", PairKind.TITLE), rules.name("wudao/法律", PairKind.TITLE));
    assertTrue(rules.name("wudao/百科", PairKind.TITLE).matches("x-[a-z0-9-]+-title"));
  }

  @Test
  void namesThatDifferInSeparatorsDoNotCollide() {
    List<String> sources =
        List.of(
            "a/b c", "a/b-c", "a-b-c", "a b c", "a/b/c", "a/b  c", "a/b_c", "a/b c ", "(a) b c");
    for (String owned : sources) {
      PairRules rules =
          new PairRules(
              List.of(rule(owned, PairKind.TITLE, null), rule("a", PairKind.TITLE, null)));
      Set<String> names = new HashSet<>();
      sources.forEach(source -> names.add(rules.name(source, PairKind.TITLE)));
      assertEquals(sources.size(), names.size(), names.toString());
      assertEquals("a-b-c-title", rules.name(owned, PairKind.TITLE));
    }
    PairRules both =
        new PairRules(
            List.of(rule("a/b", PairKind.TITLE, null), rule("a-b", PairKind.TITLE, null)));
    assertNotEquals(both.name("a/b", PairKind.TITLE), both.name("a-b", PairKind.TITLE));
  }

  @Test
  void rulesOfOneNameAreRefusedUnlessTheirKindsDiffer() {
    PairRule one = rule("a", PairKind.TITLE, "x");

    new PairRules(List.of(one, rule("b", PairKind.ABSTRACT, "x")));
    PairRule same = rule("b", PairKind.TITLE, "x");
    var refusal = assertThrows(ConfigException.class, () -> new PairRules(List.of(one, same)));
    assertTrue(refusal.getMessage().contains("x-title"), refusal.getMessage());
  }
}
