package io.retromae.pretrain.job;

import io.retromae.core.config.Resolved;
import io.retromae.core.config.ResolvedSetting;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.ClusterSettings;
import io.retromae.pretrain.config.PretrainConfig;
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
record TrainingRun(
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

  private static String assignment(ResolvedSetting setting) {
    return setting.path() + "=" + setting.value();
  }
}
