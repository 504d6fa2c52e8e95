package io.retromae.etl.language;

/**
 * Chinese by script, English by the shipped n-gram profile. The score of English is the share of
 * Latin letters times the probability that the Latin words are English.
 */
final class ProfileIdentifier implements LanguageIdentifier {
  private final NgramProfile profile = NgramProfile.shipped();

  @Override
  public Identified identify(String text) {
    Evidence evidence = new Evidence(profile);
    TextSample.of(text).scan(evidence);
    return evidence.chinese().orElseGet(() -> evidence.latin(evidence.english()));
  }
}
