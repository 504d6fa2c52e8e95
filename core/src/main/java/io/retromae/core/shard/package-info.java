/**
 * What the corpus job writes and the training job reads: Parquet shards of samples and the manifest
 * that makes them count. The layout is specified in docs/shard-format.md. Start reading at {@link
 * io.retromae.core.shard.ShardManifest}. Knows neither Spark nor what is trained.
 */
package io.retromae.core.shard;
