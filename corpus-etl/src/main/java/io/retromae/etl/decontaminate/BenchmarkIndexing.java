package io.retromae.etl.decontaminate;

import io.retromae.core.hash.TextSum;
import io.retromae.core.shard.KeptOut;
import io.retromae.core.storage.Storage;
import io.retromae.etl.text.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The index of all benchmarks of the settings, made once on the driver.
 *
 * @param index to broadcast
 * @param reports what reading found, a set each
 * @param texts by task, what became of its texts: {@code ngrams}, {@code whole}, {@code too_short},
 *     {@code numbers}
 * @param keptOut what the manifest says of the sets
 */
public record BenchmarkIndexing(
    NGramIndex index,
    List<BenchmarkReport> reports,
    Map<String, Map<String, Long>> texts,
    List<KeptOut> keptOut) {

  /**
   * Reads and indexes the benchmarks.
   *
   * @param normalizer what training documents went through before they are scanned
   */
  public static BenchmarkIndexing of(
      Storage storage, DecontaminationSettings settings, UnaryOperator<String> normalizer) {
    NGramIndexBuilder builder = new NGramIndexBuilder(settings);
    List<BenchmarkReport> reports = new ArrayList<>();
    Map<String, Map<String, Long>> texts = new TreeMap<>();
    List<KeptOut> keptOut = new ArrayList<>();
    for (DecontaminationSettings.BenchmarkSet set : settings.sets()) {
      long[] ignored = {0};
      Map<Part, TextSum> sums = Map.of(Part.QUERIES, new TextSum(), Part.PASSAGES, new TextSum());
      reports.add(
          BenchmarkReader.read(
              storage,
              set,
              text -> {
                sums.get(text.part()).add(text.text());
                String task = set.name() + " " + text.part().label();
                Words words = Words.of(normalizer.apply(text.text()));
                NGramIndexBuilder.Added added = builder.add(task, words);
                ignored[0] += added.isIndexed() ? 0 : 1;
                texts
                    .computeIfAbsent(task, t -> new TreeMap<>())
                    .merge(added.toString().toLowerCase(Locale.ROOT), 1L, Long::sum);
              }));
      keptOut.add(
          KeptOut.of(set.name(), sums.get(Part.QUERIES), sums.get(Part.PASSAGES), ignored[0]));
    }
    return new BenchmarkIndexing(
        builder.build(), List.copyOf(reports), texts, List.copyOf(keptOut));
  }
}
