package io.retromae.pretrain.train;

import io.retromae.pretrain.model.Losses;
import java.util.List;

/**
 * What one rank computed in a step.
 *
 * @param losses of each of the rank's logical shards, in order: means, or parts of the step's mean
 * @param tokens tokens read
 * @param samples rows read
 * @param dataMs time waiting for micro-batches
 * @param computeMs time for forward and backward
 */
record ShardWork(List<Losses> losses, long tokens, long samples, double dataMs, double computeMs) {
  ShardWork {
    losses = List.copyOf(losses);
  }
}
