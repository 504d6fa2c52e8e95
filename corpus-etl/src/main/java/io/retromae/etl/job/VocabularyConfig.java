package io.retromae.etl.job;

import io.retromae.core.config.Setting;
import io.retromae.core.vocab.WordRules;
import io.retromae.etl.source.FileSettings;
import io.retromae.etl.source.InputSettings;
import java.util.List;
import java.util.Optional;

/**
 * Settings of the vocabulary job.
 *
 * @param inputs raw corpora
 * @param files which files are read
 * @param output file to write
 * @param size tokens
 * @param maxAlphabet most single characters
 * @param lowerCase as the etl job's
 * @param stripAccents as the etl job's
 * @param tokenizeChineseChars as the etl job's
 */
public record VocabularyConfig(
    @Setting(doc = "Raw corpora to learn from.") List<InputSettings> inputs,
    @Setting(doc = "Which files of the inputs are read.") FileSettings files,
    @Setting(doc = "vocab.txt to write; it must not exist.") String output,
    @Setting(doc = "Tokens, special ones included (BERT: 30522).", standard = "30522", min = 100)
        int size,
    @Setting(
            doc = "Most single characters; texts with rarer ones use [UNK].",
            standard = "8000",
            min = 10)
        int maxAlphabet,
    @Setting(doc = "As etl's lower_case.", standard = "true") boolean lowerCase,
    @Setting(doc = "As etl's strip_accents.", standard = "null") Optional<Boolean> stripAccents,
    @Setting(doc = "As etl's tokenize_chinese_chars.", standard = "true")
        boolean tokenizeChineseChars) {

  /** How texts are split into words. */
  WordRules wordRules() {
    return WordRules.of(lowerCase, stripAccents, tokenizeChineseChars);
  }
}
