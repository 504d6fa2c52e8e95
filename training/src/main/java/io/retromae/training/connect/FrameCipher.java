package io.retromae.training.connect;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM over the frames of one direction, each under the number of frames before it. */
final class FrameCipher {
  static final int TAG_BYTES = 16;
  private static final int NONCE_BYTES = 12;

  private final int mode;
  private final Cipher cipher;
  private final SecretKeySpec key;
  private final byte[] nonce = new byte[NONCE_BYTES];
  private final byte[] length = new byte[Integer.BYTES];
  private byte[] in = {};
  private byte[] out = {};
  private long frames;

  private FrameCipher(int mode, byte[] key) {
    try {
      this.mode = mode;
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
      this.key = new SecretKeySpec(key, "AES");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES/GCM/NoPadding", e);
    }
  }

  static FrameCipher sealing(byte[] key) {
    return new FrameCipher(Cipher.ENCRYPT_MODE, key);
  }

  static FrameCipher opening(byte[] key) {
    return new FrameCipher(Cipher.DECRYPT_MODE, key);
  }

  /** Number of frames begun. */
  long frames() {
    return frames;
  }

  /** A frame that its sender did not send, or not now. */
  static final class ForgedFrameException extends Exception {
    private static final long serialVersionUID = 1L;

    ForgedFrameException(long frame, Throwable cause) {
      super(
          "frame %d is not what was sent (changed, repeated, or out of order)".formatted(frame),
          cause);
    }
  }

  /**
   * Encrypts one frame.
   *
   * @param text all that remains is taken
   * @param sealed has room for the ciphertext and the tag
   */
  void seal(ByteBuffer text, ByteBuffer sealed) {
    try {
      next(text.remaining());
      int count = finish(text); // may replace the array
      sealed.put(out, 0, count);
    } catch (GeneralSecurityException e) {
      throw failed(e);
    }
  }

  /**
   * Decrypts the next frame.
   *
   * @param sealed ciphertext and tag; all that remains is taken
   * @param text has room for the text
   */
  void open(ByteBuffer sealed, ByteBuffer text) throws ForgedFrameException {
    try {
      next(sealed.remaining() - TAG_BYTES);
      int count = finish(sealed);
      text.put(out, 0, count);
    } catch (AEADBadTagException e) {
      throw new ForgedFrameException(frames, e);
    } catch (GeneralSecurityException e) {
      throw failed(e);
    }
  }

  /** By way of arrays: with direct buffers the cipher makes 27 KB of garbage a frame, not 2. */
  private int finish(ByteBuffer from) throws GeneralSecurityException {
    int count = from.remaining();
    if (in.length < count) {
      in = new byte[Math.max(count, 2 * in.length)];
      out = new byte[in.length + TAG_BYTES];
    }
    from.get(in, 0, count);
    return cipher.doFinal(in, 0, count, out, 0);
  }

  private IllegalStateException failed(GeneralSecurityException e) {
    return new IllegalStateException(
        "AES-256-GCM failed in frame %d, of %d bytes"
            .formatted(frames, ByteBuffer.wrap(length).getInt()),
        e);
  }

  private void next(int textLength) throws GeneralSecurityException {
    ByteBuffer.wrap(nonce).putLong(NONCE_BYTES - Long.BYTES, frames);
    ByteBuffer.wrap(length).putInt(0, textLength);
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.updateAAD(length);
    frames = Math.incrementExact(frames);
  }
}
