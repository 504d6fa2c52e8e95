package io.retromae.training.report;

import io.retromae.core.config.StoredSettings;
import io.retromae.core.shard.MixtureSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run reads of a source.
 *
 * @param name of the source, or of the data set
 * @param samples in it
 * @param tokens in them; 0 if nobody has counted
 * @param weight how often an epoch reads each sample
 * @param share of what the run reads, in [0, 1]
 */
record DataUse(String name, long samples, long tokens, double weight, double share) {

  /** The sources of a run, the most read first; empty if no file tells. */
  static List<DataUse> of(Run run) {
    List<DataUse> uses = new ArrayList<>();
    Map<String, String> own =
        run.settings().stream()
            .filter(setting -> setting.path().equals("data.source_weights"))
            .findFirst()
            .map(setting -> StoredSettings.entries(setting.value()))
            .orElse(Map.of());
    boolean once = run.setting("data.mixture_weights").equals(Optional.of("ignore"));
    if (run.corpus().isPresent() && !run.corpus().get().sources().isEmpty()) {
      for (MixtureSource source : run.corpus().get().sources()) {
        double weight = weight(own, source.name(), once ? 1 : source.weight());
        uses.add(new DataUse(source.name(), source.samples(), source.tokens(), weight, 0));
      }
    } else {
      run.description()
          .ifPresent(
              description ->
                  description
                      .sources()
                      .forEach(
                          (name, samples) ->
                              uses.add(new DataUse(name, samples, 0, weight(own, name, 1), 0))));
    }
    double all = uses.stream().mapToDouble(use -> use.weight() * use.amount()).sum();
    return uses.stream()
        .map(use -> use.withShare(all > 0 ? use.weight() * use.amount() / all : 0))
        .sorted(Comparator.comparingDouble(DataUse::share).reversed())
        .toList();
  }

  private static double weight(Map<String, String> own, String name, double other) {
    try {
      return own.containsKey(name) ? Double.parseDouble(own.get(name)) : other;
    } catch (NumberFormatException e) { // of a file that somebody has edited
      return other;
    }
  }

  private double amount() {
    return tokens > 0 ? tokens : samples;
  }

  private DataUse withShare(double of) {
    return new DataUse(name, samples, tokens, weight, of);
  }
}
