package io.retromae.embed.metric.random;

/**
 * MT19937 (Matsumoto, Nishimura, ACM TOMACS 1998; the reference code of 2002). The classes of the
 * JDK and of libraries draw numbers from its bits in ways of their own.
 */
final class MersenneTwister {
  private static final int SIZE = 624;
  private static final int PERIOD = 397;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7fffffff;

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  private MersenneTwister() {}

  /** {@code init_genrand}. */
  static MersenneTwister seeded(int seed) {
    MersenneTwister twister = new MersenneTwister();
    twister.state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      int before = twister.state[i - 1];
      twister.state[i] = 1812433253 * (before ^ (before >>> 30)) + i;
    }
    return twister;
  }

  /** {@code init_by_array}. */
  static MersenneTwister seeded(int[] key) {
    MersenneTwister twister = seeded(19650218);
    int[] state = twister.state;
    int i = 1;
    int j = 0;
    for (int k = Math.max(SIZE, key.length); k > 0; k--) {
      int before = state[i - 1];
      state[i] = (state[i] ^ ((before ^ (before >>> 30)) * 1664525)) + key[j] + j;
      i = wrapped(state, i + 1);
      j = (j + 1) % key.length;
    }
    for (int k = SIZE - 1; k > 0; k--) {
      int before = state[i - 1];
      state[i] = (state[i] ^ ((before ^ (before >>> 30)) * 1566083941)) - i;
      i = wrapped(state, i + 1);
    }
    state[0] = UPPER;
    return twister;
  }

  private static int wrapped(int[] state, int i) {
    if (i < SIZE) {
      return i;
    }
    state[0] = state[SIZE - 1];
    return 1;
  }

  /** 32 uniform bits. */
  int nextBits() {
    if (next == SIZE) {
      twist();
      next = 0;
    }
    int bits = state[next++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return bits ^ (bits >>> 18);
  }

  /** Uniform in [0, 1), 53 bits: {@code genrand_res53}. */
  double nextDouble() {
    long high = (nextBits() & 0xffffffffL) >>> 5;
    long low = (nextBits() & 0xffffffffL) >>> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }

  private void twist() {
    for (int i = 0; i < SIZE; i++) {
      int joined = (state[i] & UPPER) | (state[(i + 1) % SIZE] & LOWER);
      int odd = (joined & 1) == 0 ? 0 : 0x9908b0df;
      state[i] = state[(i + PERIOD) % SIZE] ^ (joined >>> 1) ^ odd;
    }
  }
}
