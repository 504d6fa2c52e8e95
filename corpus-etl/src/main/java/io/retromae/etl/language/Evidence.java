package io.retromae.etl.language;

/**
 * Letters by script, and how English the Latin words look: each part of the text is judged by
 * itself, so that a text half in English scores about one half.
 */
final class Evidence extends LetterScan {
  private final NgramProfile profile;
  private final int[] features = new int[NgramProfile.MAX_FEATURES];
  private long sum;
  private long featureCount;
  private double weighted;
  private long allFeatures;

  Evidence(NgramProfile profile) {
    this.profile = profile;
  }

  @Override
  void word(char[] word, int length) {
    int count = NgramProfile.features(word, length, profile.shift(), features);
    sum += profile.sum(features, count);
    featureCount += count;
  }

  @Override
  void part() {
    if (featureCount > 0) {
      weighted += featureCount * profile.probability(sum, featureCount);
      allFeatures += featureCount;
      sum = 0;
      featureCount = 0;
    }
  }

  /** Mean probability that the Latin words of a part are English; 0 if there are none. */
  double english() {
    return allFeatures == 0 ? 0 : weighted / allFeatures;
  }
}
