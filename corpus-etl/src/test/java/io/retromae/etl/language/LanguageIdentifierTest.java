package io.retromae.etl.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageIdentifierTest {
  private final LanguageIdentifier profile =
      LanguageIdentifier.of(LanguageIdentifier.Kind.PROFILE).atLeast(0.65);

  /** Says that all is Chinese. */
  public static final class AllChinese implements LanguageIdentifier {
    @Override
    public Identified identify(String text) {
      return new Identified(Language.ZH, 1);
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          EN  | The committee will meet again on Monday to discuss the budget for next year.
          EN  | a film that is both funny and sad , with a script that never lets its heroes down .
          EN  | # returns the number of bytes that were read, or -1 at the end of the file
          ZH  | 委员会将于星期一再次开会，讨论明年的预算。
          ZH  | 委員會將於星期一再次開會，討論明年的預算。
          ZH  | 使用 Apache Spark 处理大规模数据，安装步骤如下
          UND | 委員会は月曜日に再び会合を開き、来年の予算について話し合います。
          UND | 위원회는 월요일에 다시 모여 내년 예산을 논의할 것이다.
          UND | 大韓民國은 民主共和國이다. 大韓民國의 主權은 國民에게 있다.
          UND | Комитет снова соберётся в понедельник, чтобы обсудить бюджет.
          UND | De commissie komt maandag weer bijeen om de begroting van volgend jaar te bespreken.
          UND | Der Ausschuss trifft sich am Montag wieder, um über den Haushalt zu sprechen.
          UND | Aw human sowels is born free and equal in dignity and richts.
          UND | Di pipol wey dey for di kontri get rait to do wetin dem like.
          UND | ''
          UND | 12345 67,89 % 2026-01-01
          """)
  void languageIsTold(Language expected, String text) {
    assertEquals(expected, profile.identify(text).language());
  }

  @Test
  void halfEnglishHalfGermanIsUndetermined() {
    String text =
        "The committee will meet again on Monday to discuss the budget for the next year. "
            + "Der Ausschuss trifft sich am Montag wieder, um über den Haushalt des nächsten"
            + " Jahres zu sprechen und zu beschließen, was geschehen soll.";

    assertEquals(Language.UND, profile.identify(text).language());
  }

  @Test
  void longTextIsJudgedByBeginningMiddleAndEnd() {
    String english =
        "The committee will meet again on Monday to discuss the budget. ".repeat(2_000);
    String german = "Der Ausschuss trifft sich am Montag wieder in der Stadt. ".repeat(2_000);

    assertEquals(Language.EN, profile.identify(english).language());
    assertEquals(Language.UND, profile.identify(german + english + german).language());
  }

  @Test
  void charactersBeyondTheBasicPlaneAreHan() {
    assertEquals(Language.ZH, profile.identify("𠀀𠀁𠀂𠀃".repeat(1_000)).language());
  }

  @Test
  void scriptIdentifierTakesAllLatinTextForEnglish() {
    LanguageIdentifier script = LanguageIdentifier.of(LanguageIdentifier.Kind.SCRIPT);

    assertEquals(new Identified(Language.EN, 1), script.identify("guten Morgen"));
    assertEquals(new Identified(Language.UND, 0), script.identify("123"));
    assertEquals(Language.ZH, script.identify("早上好").language());
  }

  @Test
  void ownClassIsLoadedByName() {
    LanguageIdentifier own = LanguageIdentifier.ofClass(AllChinese.class.getName());

    assertEquals(Language.ZH, own.identify("hello").language());
  }

  @Test
  void unknownClassIsNamedWithTheSetting() {
    ConfigException e =
        assertThrows(
            ConfigException.class, () -> LanguageIdentifier.ofClass("org.example.Missing"));

    assertTrue(e.getMessage().contains("filters.language.custom_class 'org.example.Missing'"));
  }
}
