package io.retromae.etl.decontaminate;

import io.retromae.core.config.Setting;
import java.util.List;

/**
 * Which benchmarks are kept out of the training text, and how.
 *
 * @param sets benchmarks; none: the stage is off
 * @param ngram units of an n-gram
 * @param maxDocuments n-grams in more training documents are common phrases
 * @param action what is dropped around a hit
 * @param minKeptShare a document that keeps less of its text is dropped whole
 * @param maxNgrams most n-grams that are indexed
 */
public record DecontaminationSettings(
    @Setting(
            doc =
                "Benchmarks to keep out, such as {name: beir/nfcorpus, path: bench/nfcorpus}; none:"
                    + " the stage is off.",
            standard = "[]")
        List<BenchmarkSet> sets,
    @Setting(doc = "Length of an n-gram; shorter texts match as a whole.") NGramLengths ngram,
    @Setting(
            doc =
                "N-grams in more training documents are common phrases and are ignored (10 after"
                    + " GPT-3's procedure).",
            standard = "10",
            min = 0)
        int maxDocuments,
    @Setting(
            doc = "What is dropped: sentence (those that a hit touches) or the whole document.",
            standard = "sentence")
        Action action,
    @Setting(
            doc =
                "A document that keeps less of its characters is dropped whole: with more than half"
                    + " gone it is a copy of the benchmark, and what is left are its answers.",
            standard = "0.5",
            min = 0,
            max = 1)
        double minKeptShare,
    @Setting(
            doc =
                "Most n-grams that are indexed, at about 30 bytes each in every executor; more is"
                    + " refused.",
            standard = "20000000",
            min = 1,
            max = 500_000_000)
        int maxNgrams) {

  /** Checks that names differ: they are what the report counts by. */
  public DecontaminationSettings {
    sets = List.copyOf(sets);
    List<String> names = sets.stream().map(BenchmarkSet::name).toList();
    for (String name : names) {
      if (names.indexOf(name) != names.lastIndexOf(name)) {
        throw new IllegalArgumentException(
            "sets: the name '%s' is given twice; name each set differently".formatted(name));
      }
    }
  }

  /**
   * One benchmark.
   *
   * @param name in the report
   * @param path its folder, a file or a pattern
   * @param parts what of it is kept out
   */
  public record BenchmarkSet(
      @Setting(doc = "Name in the report, such as beir/nfcorpus.") String name,
      @Setting(
              doc =
                  "Its folder, a file or a glob pattern: JSON lines, arrays or Parquet as BEIR, MTEB"
                      + " and C-MTEB publish them.")
          String path,
      @Setting(
              doc = "What of it is kept out: queries, passages (the searched corpus).",
              standard = "[queries]")
          List<Part> parts) {
    /** A copy; at least one part. */
    public BenchmarkSet {
      parts = List.copyOf(parts);
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("parts = []: must name queries, passages or both");
      }
    }
  }

  /**
   * Lengths by language.
   *
   * @param en words; for every language that is not Chinese
   * @param zh characters
   */
  public record NGramLengths(
      @Setting(
              doc = "Words; signs do not count (GPT-3 and the Pile use 13).",
              standard = "13",
              min = UnitHashes.SHORTEST_WORDS,
              max = UnitHashes.LONGEST)
          int en,
      @Setting(
              doc = "Chinese characters; signs do not count (two to a word).",
              standard = "26",
              min = UnitHashes.SHORTEST_CHARACTERS,
              max = UnitHashes.LONGEST)
          int zh) {}

  /** What is dropped around a hit. */
  public enum Action {
    /** The sentences that it touches. */
    SENTENCE,
    /** The document. */
    DOCUMENT
  }

  /** Whether there is anything to keep out. */
  public boolean enabled() {
    return !sets.isEmpty();
  }
}
