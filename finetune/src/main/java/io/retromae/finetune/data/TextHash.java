package io.retromae.finetune.data;

import io.retromae.core.hash.SplitMix64;

/** 64 bits of a text. */
final class TextHash {
  private TextHash() {}

  static long of(String text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = SplitMix64.mix(hash ^ text.charAt(i));
    }
    return hash;
  }
}
