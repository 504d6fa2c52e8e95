package io.retromae.finetune.pairs.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.storage.Storage;
import io.retromae.embed.encoder.EncoderSpec;
import io.retromae.etl.clean.Stages;
import io.retromae.finetune.pairs.PairsConfig;
import io.retromae.spark.WorkFolder;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/** What every task gets: the settings, where finished work is noted, the model that judges. */
final class PairsContext implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String FILTERS = "filters.";

  private final List<String> settings;
  private final WorkFolder folder;
  private final EncoderSpec judge;

  /**
   * A context.
   *
   * @param settings the resolved configuration as {@code path=value}
   */
  PairsContext(List<String> settings, WorkFolder folder, Optional<EncoderSpec> judge) {
    this.settings = List.copyOf(settings);
    this.folder = folder;
    this.judge = judge.orElse(null);
  }

  /** The same by another way to storage. */
  PairsContext reaching(Storage storage) {
    return new PairsContext(settings, new WorkFolder(storage, folder.output()), judge());
  }

  PairsConfig config() {
    return ConfigLoader.load(PairsConfig.class, List.of(), settings).value();
  }

  /** The stages that documents go through. */
  Stages stages(PairsConfig config) {
    return Stages.of(config.filters(), ConfigLoader.below(settings, FILTERS), storage());
  }

  WorkFolder folder() {
    return folder;
  }

  Storage storage() {
    return folder.storage();
  }

  /** The encoder that judges pairs, if one does. */
  Optional<EncoderSpec> judge() {
    return Optional.ofNullable(judge);
  }
}
