package io.retromae.submit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Console console =
      new Console(new PrintStream(out, true, UTF_8), new PrintStream(out, true, UTF_8));

  @Test
  void onATerminalProgressStandsInPlaceAndGivesWayToLines() {
    console.showOnTerminal(10);

    console.progress("0123456789abc");
    console.progress("half");
    console.line("done");

    assertEquals("\r\033[K012345678\r\033[Khalf\r\033[Kdone\n", out.toString(UTF_8));
  }

  @Test
  void elsewhereProgressIsALineNowAndThen() {
    console.progress("not yet");
    console.line("done");

    assertEquals("done\n", out.toString(UTF_8));
  }

  @Test
  void stepsAreBriefOnATerminalUnlessAllIsAskedFor() {
    assertFalse(console.run().brief());
    console.showOnTerminal(100);
    assertTrue(console.run().brief());
    console.beVerbose();
    assertFalse(console.run().brief());
  }

  @Test
  void aNameInALineCannotForgeAnotherNorMoveTheCursor() {
    console.line("file a\nevent=done\u001b[2J");
    console.warning("b\rc");
    console.problem("d\ne");

    assertEquals("file a\\nevent=done\\u001b[2J\nwarning: b\\rc\nd\\ne\n", out.toString(UTF_8));
  }
}
