package io.retromae.pretrain.attempt;

import io.retromae.core.config.Resolved;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.job.PretrainPlan;
import io.retromae.pretrain.settings.ClusterSettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What all attempts of a run share.
 *
 * @param spark the driver's context
 * @param resolved the configuration
 * @param storage reaches corpus and run folder
 * @param folder qualified path of the run
 * @param plan what is to be done
 * @param encrypted whether connections are encrypted
 */
public record TrainingRun(
    JavaSparkContext spark,
    Resolved<PretrainConfig> resolved,
    Storage storage,
    String folder,
    PretrainPlan plan,
    boolean encrypted) {

  ClusterSettings cluster() {
    return resolved.value().cluster();
  }

  /** The configuration as {@code path=value}. */
  List<String> assignments() {
    return resolved.settings().stream().map(TrainingRun::assignment).toList();
  }

  /** The settings that are paths, qualified. */
  List<String> places() {
    PretrainConfig config = resolved.value();
    List<String> places = new ArrayList<>();
    places.add(place("corpus", config.corpus()));
    places.add(place("output", config.output()));
    config.init().from().ifPresent(path -> places.add(place("init.from", path)));
    config.evaluation().corpus().ifPresent(path -> places.add(place("evaluation.corpus", path)));
    return places;
  }

  /** As YAML, in which a path may look like anything else. */
  private String place(String setting, String path) {
    return setting + "='" + storage.qualify(path).replace("'", "''") + "'";
  }

  private static String assignment(ResolvedSetting setting) {
    return setting.path() + "=" + setting.value();
  }
}
