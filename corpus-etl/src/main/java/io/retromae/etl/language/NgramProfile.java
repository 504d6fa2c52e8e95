package io.retromae.etl.language;

import io.retromae.etl.text.ShippedTable;
import java.io.DataInputStream;
import java.io.IOException;

/**
 * What speaks for English in Latin script: one small weight for each hash bucket of the character
 * n-grams (n = 1 to 4, word edges marked) and of whole words. With the mean weight m of a text's
 * features, P(English) = 1 / (1 + exp(-(bias + m))): a linear text classifier over the mean of
 * hashed n-grams (Joulin et al. 2017, arXiv:1607.01759, section 2) with the two classes English and
 * not English. Immutable.
 *
 * <p>Bytes: magic {@code LIDP}, int version 1, int bits of the bucket number, float weight of one
 * unit, float bias, then 2^bits signed bytes.
 */
final class NgramProfile {
  /** Longest part of a word that is looked at, edges included. */
  static final int MAX_WORD = 40;

  /** Most features of one word. */
  static final int MAX_FEATURES = 4 * MAX_WORD + 1;

  private static final String RESOURCE = "english-profile.bin";
  static final int MAGIC = 0x4C494450; // LIDP
  static final int VERSION = 1;
  private static final long FACTOR = 0x9E3779B97F4A7C15L;
  private static final long WORD_SALT = 0x5851F42D4C957F2DL;

  private final int shift;
  private final byte[] weights; // for each bucket; a power of two of them
  private final float unit; // what a weight of 1 adds to the log odds
  private final float bias; // log odds of English before anything is seen

  private NgramProfile(byte[] weights, float unit, float bias) {
    this.weights = weights;
    this.shift = Long.SIZE - Integer.numberOfTrailingZeros(weights.length);
    this.unit = unit;
    this.bias = bias;
  }

  /** The profile shipped with the program. */
  static NgramProfile shipped() {
    return Shipped.PROFILE;
  }

  private static final class Shipped {
    private static final NgramProfile PROFILE =
        ShippedTable.read(NgramProfile.class, RESOURCE, MAGIC, VERSION, NgramProfile::read);
  }

  private static NgramProfile read(DataInputStream in) throws IOException {
    int bits = in.readInt();
    float unit = in.readFloat();
    float bias = in.readFloat();
    byte[] weights = new byte[1 << bits];
    in.readFully(weights);
    return new NgramProfile(weights, unit, bias);
  }

  /** Sum of the weights of a word's features. */
  int sum(int[] features, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[features[i]];
    }
    return sum;
  }

  /** Number by which a feature's hash is shifted to give its bucket. */
  int shift() {
    return shift;
  }

  /** Probability of English, given the sum of weights and how many features it has. */
  double probability(long sum, long features) {
    double logOdds = bias + (double) unit * sum / features;
    return 1 / (1 + StrictMath.exp(-logOdds));
  }

  /**
   * The buckets of a word's features.
   *
   * @param word lower-case letters between two blanks
   * @param length of it, blanks included; at most {@link #MAX_WORD}
   * @param shift see {@link #shift()}
   * @param features where they are put
   * @return how many
   */
  static int features(char[] word, int length, int shift, int[] features) {
    int count = 0;
    long gram = 0;
    long whole = WORD_SALT;
    for (int i = 0; i < length; i++) {
      char c = word[i];
      gram = gram << Character.SIZE | c;
      whole = (whole ^ c) * FACTOR;
      whole ^= whole >>> 29;
      if (i > 0) {
        features[count++] = bucket(gram & 0xFFFFFFFFL, shift);
        if (i < length - 1) {
          features[count++] = bucket(c, shift);
        }
        if (i > 1) {
          features[count++] = bucket(gram & 0xFFFFFFFFFFFFL, shift);
        }
        if (i > 2) {
          features[count++] = bucket(gram, shift);
        }
      }
    }
    features[count++] = bucket(whole, shift);
    return count;
  }

  private static int bucket(long key, int shift) {
    long hash = key * FACTOR;
    hash ^= hash >>> 32;
    return (int) (hash * FACTOR >>> shift);
  }
}
