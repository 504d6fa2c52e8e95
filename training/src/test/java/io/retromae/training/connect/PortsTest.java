package io.retromae.training.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  /** Two ports side by side that were free a moment ago. */
  private static Ports twoFree() throws IOException {
    while (true) {
      try (ServerSocketChannel first = Ports.ANY.listen(HERE)) {
        int port = first.socket().getLocalPort();
        if (port < 65_535) {
          try (ServerSocketChannel second = new Ports(port + 1, port + 1).listen(HERE)) {
            return new Ports(port, second.socket().getLocalPort());
          }
        }
      } catch (BindException e) {
        continue; // the second was taken: other ones
      }
    }
  }

  @Test
  void aRangeIsReadAndPrintedBack() {
    assertEquals(Optional.of(new Ports(40_000, 40_063)), Ports.parse(" 40000-40063 "));
    assertEquals(1, new Ports(7, 7).count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "40000", "0-10", "5-4", "1-65536", "a-b", "-1-5", "1-2-3", "999999-1"})
  void whatIsNoRangeIsRefused(String text) {
    assertEquals(Optional.empty(), Ports.parse(text));
  }

  @Test
  void eachPortOfTheRangeIsUsedAndThenItIsSaidThatNoneIsFree() throws IOException {
    Ports two = twoFree();
    try (ServerSocketChannel a = two.listen(HERE);
        ServerSocketChannel b = two.listen(HERE)) {
      assertEquals(two.first() + two.last(), a.socket().getLocalPort() + b.socket().getLocalPort());
      String message = assertThrows(BindException.class, () -> two.listen(HERE)).getMessage();
      assertTrue(message.contains("none of the ports " + two.first()), message);
    }
  }
}
