package io.retromae.pretrain.job;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.storage.Storage;
import io.retromae.pretrain.config.PretrainConfig;
import io.retromae.pretrain.connect.Membership;
import io.retromae.pretrain.train.RunPlan;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * All that the driver tells a worker of one attempt; travels inside the task.
 *
 * @param settings the resolved configuration as {@code path=value}
 * @param places those settings again that are paths, qualified: a worker's folder is another
 * @param storage reaches corpus and run folder
 * @param runFolder qualified path of the run
 * @param corpusFingerprint of the corpus that the driver sees; see {@link WorkerView}
 * @param epochEnds see {@link RunPlan}
 * @param resumeFrom name of the checkpoint to start from; empty for a fresh start
 * @param attempt which start of the job this is, counted over the run's whole life
 * @param worldSize W
 * @param driverHost where the driver listens
 * @param driverPort where the driver listens
 * @param secret 256 random bits of this attempt; see {@link AttemptKey}
 * @param encrypted whether connections of the attempt are encrypted
 */
record WorkerSpec(
    List<String> settings,
    List<String> places,
    Storage storage,
    String runFolder,
    String corpusFingerprint,
    List<Long> epochEnds,
    String resumeFrom,
    long attempt,
    int worldSize,
    String driverHost,
    int driverPort,
    byte[] secret,
    boolean encrypted)
    implements Serializable {
  WorkerSpec {
    settings = List.copyOf(settings);
    places = List.copyOf(places);
    epochEnds = List.copyOf(epochEnds);
  }

  PretrainConfig config() {
    List<String> all = new ArrayList<>(settings);
    all.addAll(places);
    return ConfigLoader.load(PretrainConfig.class, List.of(), all).value();
  }

  RunPlan plan(PretrainConfig config) {
    return RunPlan.of(config, worldSize, epochEnds);
  }

  /** What a task of this attempt proves to others. */
  Membership membership(int rank) {
    byte[] key = AttemptKey.derive(secret, runFolder, attempt);
    return new Membership(key, runFolder, attempt, rank, worldSize, encrypted);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "WorkerSpec[run=%s, attempt=%d, from %s, workers=%d, driver=%s:%d, encrypted=%s]"
        .formatted(runFolder, attempt, resumeFrom, worldSize, driverHost, driverPort, encrypted);
  }
}
