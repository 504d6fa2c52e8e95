/**
 * Exact and near-duplicate removal. The algorithms are plain Java: {@link
 * io.retromae.etl.dedup.Fingerprint}, {@link io.retromae.etl.dedup.MinHash}, {@link
 * io.retromae.etl.dedup.ShingleSet}, {@code UnionFind}, {@code LineHashes}. Spark brings together
 * what they make: start reading at {@link io.retromae.etl.dedup.NearDuplicates}. Only small rows
 * are shuffled, never text; this package does not know how documents are stored.
 */
package io.retromae.etl.dedup;
