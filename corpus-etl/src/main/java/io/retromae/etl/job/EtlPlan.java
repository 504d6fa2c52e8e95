package io.retromae.etl.job;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.etl.source.InputListing;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run will read, found before Spark starts.
 *
 * @param units in the order of the inputs
 * @param skipped hidden files, not read
 * @param vocabulary that will make the ids
 */
public record EtlPlan(List<EtlUnit> units, List<String> skipped, Vocabulary vocabulary) {

  /**
   * Checks everything that can be checked without a cluster.
   *
   * @throws ConfigException with what the user has to mend
   */
  public static EtlPlan of(Storage storage, EtlConfig config) {
    if (config.inputs().isEmpty()) {
      throw new ConfigException("inputs = []: give at least one {path: ..., format: ...}");
    }
    List<String> skipped = new ArrayList<>();
    List<EtlUnit> units = units(storage, config.inputs(), skipped);
    return new EtlPlan(units, List.copyOf(skipped), Vocabulary.load(storage, config.vocab()));
  }

  /**
   * The units of some inputs, in their order.
   *
   * @param skipped receives hidden files
   * @throws ConfigException if an input matches nothing
   */
  static List<EtlUnit> units(Storage storage, List<EtlConfig.Input> inputs, List<String> skipped) {
    List<EtlUnit> units = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      EtlConfig.Input input = inputs.get(i);
      String setting = "inputs[" + i + "].path";
      for (StoredFile file : InputListing.list(storage, setting, input.path())) {
        if (file.hidden()) {
          skipped.add(file.path());
        } else {
          String name = i + "/" + InputListing.nameInInput(storage, input.path(), file.path());
          units.add(EtlUnit.of(units.size(), file, name, input.format()));
        }
      }
    }
    return List.copyOf(units);
  }

  /** Stored bytes of all inputs. */
  public long bytes() {
    return units.stream().mapToLong(EtlUnit::size).sum();
  }

  /** Start-up lines. */
  public List<String> describe(EtlConfig config) {
    return List.of(
        "inputs   %d files, %.1f MB; %d hidden files skipped"
            .formatted(units.size(), bytes() / 1e6, skipped.size()),
        "vocab    %s, %,d entries; rows of up to %d tokens, packing %s"
            .formatted(
                config.vocab(),
                vocabulary.size(),
                config.packing().maxSeqLength(),
                config.packing().mode().toString().toLowerCase(java.util.Locale.ROOT)));
  }
}
