package io.retromae.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AttemptKeyTest {
  private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes();
  private static final byte[] SHIPPED = new byte[32];

  @Test
  void theKeyIsNeitherTheSecretNorWhatIsShipped() {
    byte[] key = AttemptKey.of(SECRET, SHIPPED, "run", 1);

    assertEquals(SECRET.length, key.length);
    assertFalse(Arrays.equals(SECRET, key));
    assertFalse(Arrays.equals(SHIPPED, key));
  }

  @Test
  void everyRunAndAttemptHasAKeyOfItsOwn() {
    HexFormat hex = HexFormat.of();

    Set<String> keys =
        Set.of(
            hex.formatHex(AttemptKey.of(SECRET, SHIPPED, "run", 1)),
            hex.formatHex(AttemptKey.of(SECRET, SHIPPED, "run", 2)),
            hex.formatHex(AttemptKey.of(SECRET, SHIPPED, "run2", 1)));

    assertEquals(3, keys.size());
  }
}
