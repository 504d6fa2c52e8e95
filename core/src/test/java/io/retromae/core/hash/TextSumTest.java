package io.retromae.core.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextSumTest {
  private static TextSum of(String... texts) {
    TextSum sum = new TextSum();
    List.of(texts).forEach(sum::add);
    return sum;
  }

  @Test
  void orderAndWhiteSpaceDoNotCount() {
    TextSum sum = of("a title\nand a text", "二", " ");

    assertEquals(of("二", "a  title and a text\n").hash(), sum.hash());
    assertEquals(2, sum.texts());
    assertEquals(of("a b").hash(), of("\u00a0a\u3000b\u0085", "\u00a0").hash());
  }

  @Test
  void anotherTextOrAnotherNumberOfTimesIsAnotherHash() {
    assertNotEquals(of("a", "b").hash(), of("a", "c").hash());
    assertNotEquals(of("a").hash(), of("a", "a").hash());
    assertEquals("0000000000000000", of().hash());
  }
}
