/**
 * Vectors at rest, each with an id: Parquet of (id, embedding), or NumPy's {@code .npy} with the
 * ids beside it. Written by tasks, read in blocks, whole or by parts. Knows neither Spark nor how
 * vectors are made or used. Start reading at {@link io.retromae.embed.vector.VectorFiles}.
 */
package io.retromae.embed.vector;
