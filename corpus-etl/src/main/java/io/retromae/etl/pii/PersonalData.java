package io.retromae.etl.pii;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.stage.Scope;
import java.util.List;

/**
 * Replaces what points to a person: e-mail addresses, public IP addresses, Chinese mobile and
 * identity numbers, QQ and WeChat accounts, bank cards. Numbers with check digits count only if
 * those are right. The same text always becomes the same text.
 *
 * <p>The replacements are constant, short, and belong to nobody. Addresses keep their form, so that
 * sentences stay sentences, and come from the ranges reserved for documentation (RFC 2606, 5737,
 * 3849), which the stage itself does not look for. Numbers become a word in brackets: a vocabulary
 * holds its characters whole, while it cuts a number into pieces that mean nothing.
 */
public final class PersonalData implements DocumentStage {
  private final Settings settings;

  /** What is looked for. */
  enum Kind {
    /** E-mail addresses. */
    EMAIL,
    /** Public addresses of version 4. */
    IPV4,
    /** Public addresses of version 6. */
    IPV6,
    /** Chinese mobile numbers. */
    PHONE,
    /** Chinese identity numbers. */
    IDENTITY_NUMBER,
    /** QQ and WeChat accounts. */
    CHAT_ACCOUNT,
    /** Bank cards. */
    BANK_CARD
  }

  /**
   * Settings.
   *
   * @param enabled whether the stage runs
   * @param languages whose documents it looks at, all if empty
   * @param sources whose documents it looks at, all if empty
   * @param kinds what is replaced
   * @param replacements by what
   */
  public record Settings(
      @Setting(doc = "Replace personal data.", standard = "true") boolean enabled,
      @Setting(doc = "Languages it looks at; [] = all.", standard = "[]") List<Language> languages,
      @Setting(doc = "Sources it looks at; [] = all.", standard = "[]") List<String> sources,
      @Setting(
              doc = "What is replaced.",
              standard = "[email, ipv4, ipv6, phone, identity_number, chat_account, bank_card]")
          List<Kind> kinds,
      @Setting(doc = "What it is replaced by.") Replacements replacements) {}

  /**
   * Replacements by kind.
   *
   * @param email of e-mail addresses
   * @param ipv4 of IP addresses, version 4
   * @param ipv6 of IP addresses, version 6
   * @param phone of Chinese mobile numbers, country codes stay
   * @param identityNumber of Chinese identity numbers
   * @param chatAccount of QQ and WeChat accounts, keywords stay
   * @param bankCard of bank cards
   */
  public record Replacements(
      @Setting(doc = "For e-mail addresses.", standard = "email@example.com") String email,
      @Setting(doc = "For public IP addresses, version 4.", standard = "192.0.2.1") String ipv4,
      @Setting(doc = "For public IP addresses, version 6.", standard = "'2001:db8::1'") String ipv6,
      @Setting(doc = "For Chinese mobile numbers.", standard = "<手机号>") String phone,
      @Setting(doc = "For Chinese identity numbers.", standard = "<身份证号>") String identityNumber,
      @Setting(doc = "For QQ and WeChat accounts.", standard = "<账号>") String chatAccount,
      @Setting(doc = "For bank cards.", standard = "<银行卡号>") String bankCard) {

    /** The replacement of a kind. */
    String of(Kind kind) {
      return switch (kind) {
        case EMAIL -> email;
        case IPV4 -> ipv4;
        case IPV6 -> ipv6;
        case PHONE -> phone;
        case IDENTITY_NUMBER -> identityNumber;
        case CHAT_ACCOUNT -> chatAccount;
        case BANK_CARD -> bankCard;
      };
    }
  }

  public PersonalData(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "pii";
  }

  @Override
  public Scope scope() {
    return new Scope(settings.enabled(), settings.languages(), settings.sources());
  }

  @Override
  public Result apply(CleanDocument document) {
    PersonalDataScan scan = new PersonalDataScan(settings, document.text());
    return scan.run()
        ? new Result.Changed(document.withText(scan.result()), scan.edits())
        : Result.kept();
  }
}
