package io.retromae.etl.job;

import io.retromae.core.config.Setting;
import io.retromae.etl.source.FileSettings;
import io.retromae.etl.source.InputSettings;
import java.util.List;

/**
 * Settings of the vocabulary job.
 *
 * @param inputs raw corpora
 * @param files which files are read
 * @param output file to write
 * @param size tokens
 * @param maxAlphabet most single characters
 * @param lowerCase as the etl job's
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
    @Setting(doc = "Lower-case and strip accents.", standard = "true") boolean lowerCase) {}
