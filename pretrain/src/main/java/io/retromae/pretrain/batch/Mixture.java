package io.retromae.pretrain.batch;

/** How often an epoch reads each sample of a corpus; row groups are numbered over all shards. */
sealed interface Mixture permits EvenMixture, WeightedMixture {
  /** Samples in each row group; not to be changed. */
  int[] rowGroups();

  /** Samples that an epoch reads of a row group, repeats counted. */
  int reads(int rowGroup, int epoch);

  /** How often an epoch reads each sample of a row group. */
  int[] readsOfEach(int rowGroup, int epoch);
}
