package io.retromae.etl.dedup;

import io.retromae.core.config.Setting;
import io.retromae.etl.language.Language;
import java.io.Serializable;

/**
 * What counts as a duplicate.
 *
 * @param exact equal letters and digits
 * @param minhash similar texts
 * @param lines lines that many documents share
 */
public record DedupSettings(
    @Setting(
            doc = "Drop texts whose letters and digits equal those of a smaller document id.",
            standard = "true")
        boolean exact,
    @Setting(doc = "Similar texts: all but the longest are dropped.") MinHashSettings minhash,
    @Setting(doc = "Lines that many documents of a source share.") LineSettings lines)
    implements Serializable {

  /**
   * Near duplicates.
   *
   * @param enabled whether they are looked for
   * @param bands of a signature
   * @param rows values of a band
   * @param shingleEn words
   * @param shingleZh characters
   * @param verifyJaccard smallest similarity, 0: no verification
   * @param verifySketch shingles kept of a document
   * @param maxBucket above, only star edges
   * @param seed of the hash functions
   */
  public record MinHashSettings(
      @Setting(doc = "Drop similar texts but the longest.", standard = "true") boolean enabled,
      @Setting(
              doc =
                  "Bands of a signature; pairs of similarity J are found with probability"
                      + " 1 - (1 - J^rows)^bands: 0.998 at J = 0.8 and 0.92 at 0.7 (FineWeb's 14"
                      + " bands of 8 rows: 0.92 and 0.57).",
              standard = "20",
              min = 1,
              max = 256)
          int bands,
      @Setting(doc = "Values of a band.", standard = "6", min = 1, max = 64) int rows,
      @Setting(doc = "Words of a shingle, in English and others.", standard = "5", min = 1)
          int shingleEn,
      @Setting(doc = "Characters of a shingle, in Chinese.", standard = "5", min = 1) int shingleZh,
      @Setting(
              doc =
                  "Smallest Jaccard similarity of the shingles of two texts found by their bands;"
                      + " 0 switches verification off.",
              standard = "0.7",
              min = 0,
              max = 1)
          double verifyJaccard,
      @Setting(
              doc =
                  "Similarity is exact for texts of at most so many different shingles, longer"
                      + " ones are compared by so many of theirs.",
              standard = "4096",
              min = 64)
          int verifySketch,
      @Setting(
              doc =
                  "Documents sharing a band beyond so many are only compared with the first;"
                      + " counted in the report.",
              standard = "10000",
              min = 8)
          int maxBucket,
      @Setting(doc = "Seed of the hash functions.", standard = "1", min = 0) long seed)
      implements Serializable {

    /** Units of a shingle in a language. */
    public int shingle(Language language) {
      return switch (language) {
        case ZH -> shingleZh;
        case EN, UND -> shingleEn;
      };
    }

    /** The hash functions. */
    public MinHash functions() {
      return new MinHash(bands, rows, seed);
    }
  }

  /**
   * Frequent lines.
   *
   * @param enabled whether they are dropped
   * @param minUnits letters and digits, shorter lines stay
   * @param maxDocuments lines in more documents of one source are dropped
   */
  public record LineSettings(
      @Setting(doc = "Drop lines that many documents share.", standard = "false") boolean enabled,
      @Setting(doc = "Lines of fewer letters and digits stay.", standard = "20", min = 1)
          int minUnits,
      @Setting(
              doc = "Drop lines in more than so many documents of one source.",
              standard = "100",
              min = 1)
          int maxDocuments)
      implements Serializable {}
}
