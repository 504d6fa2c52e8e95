package io.retromae.training.connect;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyDerivationTest {
  private static final HexFormat HEX = HexFormat.of();

  /** RFC 5869, appendix A.1. */
  @Test
  void extractionAndExpansionAreThoseOfTheStandard() {
    byte[] secret = new byte[22];
    Arrays.fill(secret, (byte) 0x0b);

    byte[] key = KeyDerivation.extract(HEX.parseHex("000102030405060708090a0b0c"), secret);
    byte[] first = KeyDerivation.hmac(key, HEX.parseHex("f0f1f2f3f4f5f6f7f8f9"), new byte[] {1});

    assertEquals(
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5", HEX.formatHex(key));
    assertEquals(
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf", HEX.formatHex(first));
  }

  @Test
  void theKeyDependsOnSecretNonceJobAndAttempt() {
    byte[] secret = "secret".getBytes();
    byte[] nonce = {1, 2, 3};
    Set<String> keys = new HashSet<>();

    keys.add(HEX.formatHex(KeyDerivation.derive(secret, nonce, "job", 1)));
    keys.add(HEX.formatHex(KeyDerivation.derive("other".getBytes(), nonce, "job", 1)));
    keys.add(HEX.formatHex(KeyDerivation.derive(secret, new byte[] {1, 2, 4}, "job", 1)));
    keys.add(HEX.formatHex(KeyDerivation.derive(secret, nonce, "job2", 1)));
    keys.add(HEX.formatHex(KeyDerivation.derive(secret, nonce, "job", 2)));

    assertEquals(5, keys.size());
    assertArrayEquals(
        KeyDerivation.derive(secret, nonce, "job", 1),
        KeyDerivation.derive(secret, nonce, "job", 1));
  }

  @Test
  void descriptionsDoNotShowTheKey() {
    byte[] key = "0123456789abcdef0123456789abcdef".getBytes();
    Membership membership = new Membership(key, "job", 1, 0, 2, true);

    assertFalse(membership.toString().contains("key"), membership.toString());
  }
}
