package io.retromae.pretrain.batch;

/**
 * A row to train on.
 *
 * @param sample index over the whole corpus
 * @param repeat how often the epoch has it already
 * @param tokenIds content, no special tokens
 */
public record SampleRow(long sample, int repeat, int[] tokenIds) {}
