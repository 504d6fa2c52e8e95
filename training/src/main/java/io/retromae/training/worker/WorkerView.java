package io.retromae.training.worker;

import io.retromae.core.failure.ConfigException;

/**
 * What a worker works from, as its own task sees it: a path may mean other files on another host,
 * and workers that read different shards would train without an error.
 *
 * @param settings fingerprint of the resolved settings
 * @param corpus fingerprint of the data it reads
 */
public record WorkerView(String settings, String corpus) {
  /**
   * Refuses a rank that sees something else.
   *
   * @param rank whose view this is
   * @param host where it runs
   * @param own the view of the rank that asks
   * @param driversCorpus what the driver planned with
   * @throws ConfigException naming both values
   */
  void compare(int rank, String host, WorkerView own, String driversCorpus) {
    if (!settings.equals(own.settings())) {
      throw new ConfigException(
          "rank %d (host %s) has settings with fingerprint %.16s, another rank has %.16s; start all workers with the same job and jar"
              .formatted(rank, host, settings, own.settings()));
    }
    if (!corpus.equals(driversCorpus)) {
      throw new ConfigException(
          "rank %d (host %s) sees a corpus with fingerprint %.16s, the driver one with %.16s; the path in corpus must lead to the same files on every host"
              .formatted(rank, host, corpus, driversCorpus));
    }
  }
}
