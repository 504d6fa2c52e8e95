/**
 * Metrics of pairs of texts: semantic similarity (STS) and pair classification, from two arrays of
 * vectors or from given scores. Plain Java. Start at {@code StsMetrics} and {@code
 * PairClassificationMetrics}.
 */
package io.retromae.embed.metric.pair;
