package io.retromae.etl.clean;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;

/** What exact duplicates share: a 128-bit hash of letters and digits, lower-cased. */
public final class ExactFingerprint {
  private ExactFingerprint() {}

  /** 32 hexadecimal digits. */
  public static String of(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    text.codePoints()
        .filter(Character::isLetterOrDigit)
        .forEach(c -> kept.appendCodePoint(Character.toLowerCase(c)));
    // A text of signs only has no letters to compare; it is compared as it is.
    String compared = kept.isEmpty() ? text : kept.toString();
    byte[] bytes = compared.getBytes(StandardCharsets.UTF_8);
    HashValue128 hash = Hashing.murmur3_128().hashBytesTo128Bits(bytes);
    return "%016x%016x".formatted(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
  }
}
