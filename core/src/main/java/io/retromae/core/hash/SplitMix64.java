package io.retromae.core.hash;

/** SplitMix64's mixing function (Steele, Lea, Flood 2014), and a hash of texts made of it. */
public final class SplitMix64 {
  /** The step of its Weyl sequence. */
  public static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private SplitMix64() {}

  /** Spreads a value over 64 bits; a bijection. */
  public static long mix(long value) {
    long z = value + GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** 64 bits of a text: of its length and its UTF-16 values, one after the other. */
  public static long hash(String text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = mix(hash ^ text.charAt(i));
    }
    return hash;
  }
}
