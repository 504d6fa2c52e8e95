package io.retromae.core.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DisplayedTest {
  @Test
  void ordinaryTextOfAnyScriptStaysAsItIs() {
    for (String text :
        new String[] {"pile/Wikipedia (en)", "百科", "naïve Ελληνικά עברית", "👩‍👩‍👧 emoji", ""}) {
      assertEquals(text, Displayed.line(text));
    }
  }

  @Test
  void lineEndsTerminalCommandsAndReversedWritingBecomeVisible() {
    assertEquals("a\\nevent=done\\r", Displayed.line("a\nevent=done\r"));
    assertEquals("\\u001b[2J\\u009b31m", Displayed.line("\u001b[2J\u009b31m"));
    assertEquals("a\\u2028b\\u0085c", Displayed.line("a\u2028b\u0085c"));
    assertEquals("x\\u202egpj.exe", Displayed.line("x\u202egpj.exe"));
    assertEquals("\\ud800x\\udc00", Displayed.line("\ud800x\udc00"));
    assertEquals("\\ufeff\\u0000\\u007f", Displayed.line("\ufeff\0\u007f"));
  }

  @Test
  void linesStayLines() {
    assertEquals("a\n\\rb\n", Displayed.lines("a\n\rb\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "![x](http://evil/y.png)",
        "http://evil.example/x and www.evil.example",
        "`code` *bold* _it_ ~~gone~~ # title | cell",
        "<javascript:alert(1)>",
        "a@evil.example",
        "&lt;script&gt;"
      })
  void inMarkdownTextIsNothingButText(String text) {
    String shown = Displayed.markdown(text);

    assertFalse(shown.contains("<"), shown);
    assertFalse(shown.contains("]("), shown);
    assertFalse(shown.contains("://"), shown);
    assertFalse(shown.contains("www."), shown);
    assertFalse(shown.contains("@"), shown);
    assertFalse(shown.matches(".*(?<!\\\\)[`*_\\[\\]|~].*"), shown);
  }

  @Test
  void codeHoldsBackticksAndBars() {
    assertEquals("`a`", Displayed.code("a"));
    assertEquals("`` a`b ``", Displayed.code("a`b"));
    assertEquals("`a\\|b\\n`", Displayed.code("a|b\n"));
  }

  @Test
  void randomTextIsOneLineWithoutControlsAndShownTheSameTwice() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = 0; j < 20; j++) {
        text.append(
            (char) (random.nextBoolean() ? random.nextInt(0x100) : random.nextInt(0x10000)));
      }
      String shown = Displayed.line(text.toString());

      assertTrue(shown.chars().noneMatch(Character::isISOControl), shown);
      assertEquals(1, shown.lines().count());
      assertEquals(shown, Displayed.line(shown));
    }
  }
}
