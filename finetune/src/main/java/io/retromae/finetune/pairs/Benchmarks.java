package io.retromae.finetune.pairs;

import io.retromae.core.storage.Storage;
import io.retromae.etl.decontaminate.BenchmarkIndexing;
import io.retromae.etl.decontaminate.BenchmarkReader;
import io.retromae.etl.decontaminate.Cleaned;
import io.retromae.etl.decontaminate.CommonNGrams;
import io.retromae.etl.decontaminate.DecontaminationSettings;
import io.retromae.etl.decontaminate.Decontaminator;
import io.retromae.etl.decontaminate.Hits;
import io.retromae.etl.decontaminate.NGramIndex;
import io.retromae.etl.dedup.Fingerprint;
import io.retromae.etl.normalize.Normalizer;
import io.retromae.etl.text.Words;
import io.retromae.etl.tokenize.SentenceSplitter;
import io.retromae.finetune.pairs.make.Pair;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Recognises texts of benchmarks: by their n-grams, as the corpus job does, and by equal letters
 * and digits, whatever their length: a query of three characters has no n-gram. Broadcast to tasks.
 */
public final class Benchmarks implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A query is one of a benchmark's, or shares words with one of its texts. */
  public static final String QUERY = "benchmark_query";

  /** A passage is one of a benchmark's, or mostly. */
  public static final String PASSAGE = "benchmark_passage";

  private final NGramIndex index;
  private final long[] texts;
  private final int sets;

  private Benchmarks(NGramIndex index, long[] texts, int sets) {
    this.index = index;
    this.texts = texts;
    this.sets = sets;
  }

  /**
   * Reads the benchmarks.
   *
   * @throws io.retromae.core.failure.ConfigException if one is not there or in no known layout
   */
  public static Benchmarks read(Storage storage, KeepOut keepOut) {
    BenchmarkIndexing indexing =
        BenchmarkIndexing.of(storage, keepOut.settings(), Normalizer::normalize);
    Set<Long> hashes = new HashSet<>();
    for (DecontaminationSettings.BenchmarkSet set : keepOut.sets()) {
      BenchmarkReader.read(storage, set, text -> hashes.add(hash(text.text())));
    }
    long[] texts = hashes.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Benchmarks(indexing.index(), texts, keepOut.sets().size());
  }

  private static long hash(String text) {
    return Fingerprint.of(Normalizer.normalize(text)).high();
  }

  /**
   * What is left of a pair.
   *
   * @param pair without sentences that a benchmark holds; empty if it is dropped
   * @param reason why it is dropped; empty if it is not
   * @param sentences that were removed
   */
  public record Left(Optional<Pair> pair, String reason, int sentences) {}

  /**
   * Takes off what is of a benchmark.
   *
   * @param keepOut that these were read by
   */
  public Left clean(Pair pair, KeepOut keepOut) {
    if (sets == 0) {
      return new Left(Optional.of(pair), "", 0);
    }
    if (equalsOne(pair.query()) || !hits(pair.query()).isEmpty()) {
      return new Left(Optional.empty(), QUERY, 0);
    }
    if (equalsOne(pair.positive())) {
      return new Left(Optional.empty(), PASSAGE, 0);
    }
    Decontaminator decontaminator =
        new Decontaminator(
            keepOut.settings(), index.tasks(), CommonNGrams.none(), SentenceSplitter::spans);
    Cleaned cleaned = decontaminator.clean(pair.positive(), hits(pair.positive()));
    if (cleaned instanceof Cleaned.Kept kept) {
      Pair left = new Pair(pair.query(), kept.text());
      return new Left(Optional.of(left), "", kept.removedSentences());
    }
    return new Left(Optional.empty(), PASSAGE, 0);
  }

  private boolean equalsOne(String text) {
    return Arrays.binarySearch(texts, hash(text)) >= 0;
  }

  private Hits hits(String text) {
    return index.size() > 0 ? index.scan(Words.of(text)) : Hits.none();
  }

  /** Tells benchmarks apart by their content. */
  public String fingerprint() {
    return index.fingerprint() + " " + Long.toHexString(Arrays.hashCode(texts));
  }

  /** For people. */
  public List<String> describe() {
    return sets == 0
        ? List.of()
        : List.of("keep out %,d texts of %,d benchmarks".formatted(texts.length, sets));
  }
}
