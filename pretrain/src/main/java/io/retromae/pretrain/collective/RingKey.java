package io.retromae.pretrain.collective;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 and keys derived by it, as HKDF-Expand does (RFC 5869) with one block. */
public final class RingKey {
  private RingKey() {}

  /**
   * The key of one job, so that the secret itself is never used on the wire.
   *
   * @param secret shared by all ranks
   * @param jobId tells jobs with the same secret apart
   */
  public static byte[] derive(byte[] secret, String jobId) {
    return hmac(secret, "retromae ring".getBytes(StandardCharsets.US_ASCII), utf8(jobId), one());
  }

  private static byte[] one() {
    return new byte[] {1};
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
      throw new IllegalStateException(e);
    }
  }
}
