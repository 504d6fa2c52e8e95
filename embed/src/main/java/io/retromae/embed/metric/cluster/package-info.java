/**
 * Metrics of clustering, and the mini-batch k-means that mteb clusters with, to the draws of
 * scikit-learn. Plain Java. Start at {@code ClusteringMetrics}.
 */
package io.retromae.embed.metric.cluster;
