package io.retromae.core.vocab;

import java.io.Serializable;
import java.util.Optional;

/**
 * What BERT's clean-up does to the characters of a text before it is split: the three options of
 * Hugging Face's {@code BertNormalizer}, under the names of {@code BertTokenizer}.
 *
 * @param lowerCase {@code do_lower_case}: letters are lower-cased
 * @param stripAccents {@code strip_accents}: characters are decomposed and non-spacing marks
 *     dropped
 * @param tokenizeChineseChars {@code tokenize_chinese_chars}: each ideograph is a word of its own
 */
public record WordRules(boolean lowerCase, boolean stripAccents, boolean tokenizeChineseChars)
    implements Serializable {

  /** What BERT's published models do: accents go with upper case, ideographs stand alone. */
  public static WordRules bert(boolean lowerCase) {
    return new WordRules(lowerCase, lowerCase, true);
  }

  /**
   * As settings give them.
   *
   * @param stripAccents empty for the same as {@code lowerCase}
   */
  public static WordRules of(
      boolean lowerCase, Optional<Boolean> stripAccents, boolean tokenizeChineseChars) {
    return new WordRules(lowerCase, stripAccents.orElse(lowerCase), tokenizeChineseChars);
  }
}
