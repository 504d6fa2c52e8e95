package io.retromae.finetune.pairs;

import io.retromae.core.config.Setting;
import io.retromae.etl.decontaminate.DecontaminationSettings;
import java.util.List;

/**
 * Benchmarks that no pair may be of.
 *
 * @param sets benchmarks
 * @param ngram units of an n-gram
 * @param action what of a passage is dropped around a hit
 * @param minKeptShare a pair whose passage keeps less is dropped
 * @param maxNgrams most n-grams that are indexed
 */
public record KeepOut(
    @Setting(
            doc =
                "Benchmarks, such as {name: medical, path: examples/tasks/medical, parts: [queries,"
                    + " passages]}: a pair is dropped if one of its sides equals one of their texts,"
                    + " or its query shares an n-gram with one; passages lose what they share.",
            standard = "[]")
        List<DecontaminationSettings.BenchmarkSet> sets,
    @Setting(doc = "Length of an n-gram; shorter texts match as a whole.")
        DecontaminationSettings.NGramLengths ngram,
    @Setting(
            doc =
                "What is dropped of a passage that shares an n-gram: sentence (those that a hit"
                    + " touches) or document (the pair).",
            standard = "sentence")
        DecontaminationSettings.Action action,
    @Setting(
            doc = "A pair whose passage keeps less of its characters is dropped.",
            standard = "0.5",
            min = 0,
            max = 1)
        double minKeptShare,
    @Setting(
            doc = "Most n-grams that are indexed, at about 30 bytes each in every executor.",
            standard = "20000000",
            min = 1,
            max = 500_000_000)
        int maxNgrams) {

  /** As the corpus job's settings; nothing is a common phrase. */
  DecontaminationSettings settings() {
    return new DecontaminationSettings(sets, ngram, 0, action, minKeptShare, maxNgrams);
  }
}
