package io.retromae.etl.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.retromae.core.config.ConfigLoader;
import io.retromae.etl.language.Language;
import io.retromae.etl.stage.CleanDocument;
import io.retromae.etl.stage.DocumentStage;
import io.retromae.etl.text.Words;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is replaced as personal data, and what only looks like it. */
class PersonalDataTest {
  private static PersonalData.Settings settings(String... assignments) {
    return ConfigLoader.load(PersonalData.Settings.class, List.of(), List.of(assignments)).value();
  }

  private static DocumentStage.Result apply(PersonalData.Settings settings, String text) {
    CleanDocument document = new CleanDocument("test", Language.ZH, Words.of(text));
    return new PersonalData(settings).apply(document);
  }

  private static String replaced(String text) {
    return apply(settings(), text) instanceof DocumentStage.Result.Changed changed
        ? changed.document().text()
        : text;
  }

  @Test
  void everythingIsLookedForByDefault() {
    PersonalData.Settings defaults = settings();

    assertEquals(true, defaults.enabled());
    assertEquals(List.of(), defaults.languages());
    assertEquals(List.of(), defaults.sources());
    assertEquals(List.of(PersonalData.Kind.values()), defaults.kinds());
    assertEquals("email@example.com", defaults.replacements().email());
    assertEquals("192.0.2.1", defaults.replacements().ipv4());
    assertEquals("2001:db8::1", defaults.replacements().ipv6());
    assertEquals("<手机号>", defaults.replacements().phone());
    assertEquals("<身份证号>", defaults.replacements().identityNumber());
    assertEquals("<账号>", defaults.replacements().chatAccount());
    assertEquals("<银行卡号>", defaults.replacements().bankCard());
  }

  @Test
  void everySettingIsMapped() {
    PersonalData.Settings settings =
        settings(
            "enabled=false",
            "languages=[en]",
            "sources=[a]",
            "kinds=[ipv4]",
            "replacements.email=1",
            "replacements.ipv4=2",
            "replacements.ipv6=3",
            "replacements.phone=4",
            "replacements.identity_number=5",
            "replacements.chat_account=6",
            "replacements.bank_card=7");

    assertEquals(
        new PersonalData.Settings(
            false,
            List.of(Language.EN),
            List.of("a"),
            List.of(PersonalData.Kind.IPV4),
            new PersonalData.Replacements("1", "2", "3", "4", "5", "6", "7")),
        settings);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Write to jane.doe+news@mail.example-site.co.uk. | Write to email@example.com.
          邮箱：zhang_san@163.com，欢迎来信 | 邮箱：email@example.com，欢迎来信
          <a.b@c.org> | <email@example.com>
          13800138000@139.com | email@example.com
          from 58.8.100.38 today | from 192.0.2.1 today
          http://24.5.6.71:8080/ | http://192.0.2.1:8080/
          2001:4860:4860::8888, 2400:3200:0:1:2:3:4:baba | 2001:db8::1, 2001:db8::1
          手机13812345678。 | 手机<手机号>。
          电话：138-1234-5678 / 139 1234 5678 | 电话：<手机号> / <手机号>
          +86 13812345678, +86-138-1234-5678, 008613812345678 | +86 <手机号>, +86-<手机号>, 0086<手机号>
          身份证11010519491231002X。 | 身份证<身份证号>。
          440524188001010014号 440308199901101512 | 440524188001010014号 <身份证号>
          QQ：12345678 | QQ：<账号>
          加qq号123456，扣扣 1234567 | 加qq号<账号>，扣扣 <账号>
          QQ群：87654321 | QQ群：<账号>
          微信号：zhang_san，微信wx1234567 | 微信号：<账号>，微信<账号>
          加V：abc12345 VX:lisi2020 | 加V：<账号> VX:<账号>
          薇信 13812345678 | 薇信 <账号>
          卡号6222021001116245702。 | 卡号<银行卡号>。
          4111 1111 1111 1111 or 5500-0000-0000-0004 | <银行卡号> or <银行卡号>
          Visa 4111111111111111, Amex 3782 822463 10005 | Visa <银行卡号>, Amex <银行卡号>
          邮箱ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ，手机１３８００１３８０００ | 邮箱email@example.com，手机<手机号>
          合作：li＠163.com | 合作：email@example.com
          jane.doe [at] example [dot] org, li(at)163.com. | email@example.com, email@example.com.
          call tel13812345678, phone: 13812345678 | call tel<手机号>, phone: <手机号>
          订单已发，电话13812345678 | 订单已发，电话<手机号>
          签合同请找张经理13812345678，支付宝账号13912345678 | 签合同请找张经理<手机号>，支付宝账号<手机号>
          mailto:x.y@z.org, a@b.org.Then | mailto:email@example.com, email@example.com.Then
          server 5.6.7.18, ping 9.9.9.109 | server 192.0.2.1, ping 192.0.2.1
          """)
  void isReplaced(String text, String expected) {
    assertEquals(expected, replaced(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@decorator, a@b, @user.name, x @-@ y, me@host.c, at@.com, foo@bar..com",
        "10.1.2.3 127.0.0.1 172.16.5.4 192.168.1.1 192.0.2.7 224.0.0.251 255.255.255.255",
        "1.2.3.4 in section 3.1.4.10; EC 1.14.12.17; 256.1.1.1; 1.2.3; 10.20.30.40.50; 01.02.03.44; a12.13.14.15",
        "v20.21.22.23, version 20.21.22.23, 版本：20.21.22.23, linux-20.21.22.23, 20.21.22.23.tar",
        "12:30:45, std::vector, a[2000::2], fe80::1:2:3, 2001:db8:1:2::3, dead:beef:1::2, ::1",
        "23813812345678, 138123456789, 12812345678, 1381234567, a13812345678, 0.13812345678",
        "138-12345678, 138 1234 56789, 1990 138 1234 5678 2000, 2021-13812345678, 13812345678.5",
        "110105194912310021, 11010519491331002X, 99010519491231002X, 11010519491231002Xa",
        "QQ 50000人, QQ空间, QQ：1234, QQ2020, qqq123456, 微信公众号, 微信小程序2019, VxWorks, wxPython",
        "WeChat: Tencent, VX-2000, 微信支付100元, 微信Android版, a+v 1234567",
        "9787301150894 978-7-301-15089-4, 4111111111111112, 1234567812345670, 62220210011162457",
        "https://shop.example/item/4111111111111111, id=4111111111111111, 4111 1111 1111 1111 1111",
        "第123条、第20条第3款，2021年1月1日，人民币12345678.90元",
        "总资产13800000000元, 13800000000 yen, ￥15000000000, 文件编号为13912345678, orderId=13912345678",
        "icon@2x.png logo@1.5x.jpg git@github.com:a/b.git bob@host.com:/srv/x ssh://me@host.com/ @me@site.social",
        "look (at) the end., array[at].size, f(at) x, the [at] sign, x [dot] com",
        "w@h.reshape, root@server.local, name@12.0.0, ssh bob@host.com, https://user:key@host.com/",
        "Firefox 115.0.2.1, OID 2.5.29.15, thing==21.22.23.24, x@31.42.53.64, Chrome/91.20.44.12, 网段58.30.0.0/16",
        "Order 6011000990139424, tracking number 4012888888881881, invoice 371449635398431, id 4111111111111111",
        "订单号6222021001116245702，运单号310115201911112032, 1990 2000 4111 1111 1111 1111 2010",
        "4539 5787 6362 1486 4539 5787 6362 1486, slice(2020::10:3), vx=12345, 微信iPhone14, QQ 800000人"
      })
  void staysAsItIs(String text) {
    assertInstanceOf(DocumentStage.Result.Kept.class, apply(settings(), text));
  }

  @Test
  void replacementsAreCountedByKind() {
    String text = "a@b.org c@d.org 手机13812345678 QQ：12345678 host 99.1.2.3";

    var changed = assertInstanceOf(DocumentStage.Result.Changed.class, apply(settings(), text));

    assertEquals(Map.of("email", 2L, "phone", 1L, "chat_account", 1L, "ipv4", 1L), changed.edits());
  }

  @Test
  void kindsThatAreNotWantedStay() {
    PersonalData.Settings emailOnly = settings("kinds=[email]", "replacements.email=(mail)");

    var changed =
        assertInstanceOf(
            DocumentStage.Result.Changed.class,
            apply(emailOnly, "a@b.org 13812345678 QQ：12345678"));

    assertEquals("(mail) 13812345678 QQ：12345678", changed.document().text());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void eachReplacementIsCountedWhateverStandsBesideIt(long seed) {
    String[] parts = {
      "a",
      "@",
      ".",
      "com",
      "1",
      "138",
      "13812345678",
      "1234",
      "-",
      " ",
      ":",
      "：",
      "QQ",
      "微信",
      "VX",
      "号",
      "+86",
      "11010519491231002X",
      "4111111111111111",
      "99.1.2.3",
      ".4",
      "2001:4860:1::8",
      "8",
      "<",
      ">",
      "中",
      "\n",
      "加V",
      "abc123",
      "_"
    };
    PersonalData.Settings marking =
        new PersonalData.Settings(
            true,
            List.of(),
            List.of(),
            List.of(PersonalData.Kind.values()),
            new PersonalData.Replacements("#", "#", "#", "#", "#", "#", "#"));
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      DocumentStage.Result result = apply(marking, text.toString());
      if (result instanceof DocumentStage.Result.Changed changed) {
        long placeholders = changed.document().text().chars().filter(c -> c == '#').count();
        long edits = changed.edits().values().stream().mapToLong(Long::longValue).sum();
        assertEquals(edits, placeholders, text.toString());
      }
    }
  }
}
