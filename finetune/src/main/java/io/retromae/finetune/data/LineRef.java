package io.retromae.finetune.data;

/**
 * A line in an epoch.
 *
 * @param dataSet its number
 * @param line its number in the data set
 * @param repeat how often the epoch has it already
 */
public record LineRef(int dataSet, int line, int repeat) {}
