package io.retromae.training.connect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256, and keys derived by it as HKDF does (RFC 5869). */
public final class KeyDerivation {
  /** Bytes of an HMAC-SHA256 and of every key. */
  public static final int KEY_BYTES = 32;

  private KeyDerivation() {}

  /**
   * The key of one attempt of a job, so that the secret itself is never used on the wire.
   *
   * @param secret shared by all ranks, and by other jobs perhaps
   * @param nonce random bytes of this attempt, which need not be secret if {@code secret} is
   * @param jobId names the job
   * @param attempt number of the attempt
   */
  public static byte[] derive(byte[] secret, byte[] nonce, String jobId, long attempt) {
    byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(attempt).array();
    return expand(extract(nonce, secret), "attempt", number, utf8(jobId));
  }

  /** HKDF-Extract: a uniform key from a secret of any form. */
  static byte[] extract(byte[] salt, byte[] secret) {
    return hmac(salt, secret);
  }

  /**
   * HKDF-Expand with one block: a key of {@value #KEY_BYTES} bytes for one purpose.
   *
   * @param key from {@link #extract}, or another key
   * @param purpose what the key is for; none is the beginning of another
   * @param context what it is bound to
   */
  public static byte[] expand(byte[] key, String purpose, byte[]... context) {
    byte[][] parts = new byte[context.length + 2][];
    parts[0] = utf8("retromae " + purpose + "\0");
    System.arraycopy(context, 0, parts, 1, context.length);
    parts[parts.length - 1] = new byte[] {1};
    return hmac(key, parts);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** HMAC-SHA256 over the parts, one behind the other. */
  public static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 with a key of " + key.length + " bytes", e);
    }
  }
}
