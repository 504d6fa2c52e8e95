package io.retromae.etl.job;

import io.retromae.core.shard.MixtureSource;
import io.retromae.core.shard.ShardEntry;
import io.retromae.etl.stage.Measure;
import io.retromae.etl.stage.StageCounts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often training should see each source. The Pile repeats its better sets (Gao et al. 2020,
 * arXiv:2101.00027v1, table 1, "Epochs"); deduplication removes such copies, and they come back as
 * weights.
 */
final class MixtureWeights {
  private static final Map<String, Double> PILE_EPOCHS =
      Map.ofEntries(
          Map.entry("pile/Pile-CC", 1.0),
          Map.entry("pile/PubMed Central", 2.0),
          Map.entry("pile/Books3", 1.5),
          Map.entry("pile/OpenWebText2", 2.0),
          Map.entry("pile/ArXiv", 2.0),
          Map.entry("pile/Github", 1.0),
          Map.entry("pile/FreeLaw", 1.5),
          Map.entry("pile/StackExchange", 2.0),
          Map.entry("pile/USPTO Backgrounds", 2.0),
          Map.entry("pile/PubMed Abstracts", 2.0),
          Map.entry("pile/Gutenberg (PG-19)", 2.5),
          Map.entry("pile/OpenSubtitles", 1.5),
          Map.entry("pile/Wikipedia (en)", 3.0),
          Map.entry("pile/DM Mathematics", 2.0),
          Map.entry("pile/Ubuntu IRC", 2.0),
          Map.entry("pile/BookCorpus2", 1.5),
          Map.entry("pile/EuroParl", 2.0),
          Map.entry("pile/HackerNews", 2.0),
          Map.entry("pile/YoutubeSubtitles", 2.0),
          Map.entry("pile/PhilPapers", 2.0),
          Map.entry("pile/NIH ExPorter", 2.0),
          Map.entry("pile/Enron Emails", 2.0));

  private MixtureWeights() {}

  /**
   * The sources of a corpus.
   *
   * @param chosen weights that the user gave; they win
   */
  static List<MixtureSource> of(
      List<ShardEntry> shards, StageCounts.Counts counts, Map<String, Double> chosen) {
    Map<String, Long> samples = new TreeMap<>();
    shards.forEach(shard -> shard.sources().forEach((k, v) -> samples.merge(k, v, Long::sum)));
    Map<String, Measure> packed = new HashMap<>();
    counts.rows().stream()
        .filter(row -> row.stage().equals(StageCounts.PACKED))
        .forEach(row -> packed.merge(row.source(), row.measure(), Measure::plus));
    List<MixtureSource> sources = new ArrayList<>();
    samples.forEach(
        (name, count) -> {
          Measure measure = packed.get(name);
          double weight = chosen.getOrDefault(name, PILE_EPOCHS.getOrDefault(name, 1.0));
          sources.add(
              new MixtureSource(name, measure.documents(), count, measure.tokens(), weight));
        });
    return sources;
  }
}
