package io.retromae.training.attempt;

import io.retromae.core.storage.Storage;
import io.retromae.training.settings.ClusterSettings;
import io.retromae.training.worker.TrainingTask;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What all attempts of a run share.
 *
 * @param spark the driver's context
 * @param storage reaches corpus and run folder
 * @param folder qualified path of the run
 * @param task what is trained
 * @param cluster who trains it
 * @param totalSteps steps of the whole run
 * @param encrypted whether connections are encrypted
 */
public record TrainingRun(
    JavaSparkContext spark,
    Storage storage,
    String folder,
    TrainingTask task,
    ClusterSettings cluster,
    long totalSteps,
    boolean encrypted) {}
