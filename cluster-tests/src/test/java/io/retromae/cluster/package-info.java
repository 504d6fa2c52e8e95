/**
 * The shipped jar where users run it: real {@code spark-submit}, masters, workers, executors and
 * storage in processes of their own. Start reading at {@link io.retromae.cluster.StandaloneTest};
 * {@link io.retromae.cluster.Journey} is what every kind of cluster and storage goes through.
 */
package io.retromae.cluster;
