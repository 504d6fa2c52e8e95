/**
 * Raw corpora in their published formats to documents, streamed: JSON lines and arrays, compressed
 * or not, and Parquet. Every record becomes a document or is quarantined with its reason, and a
 * file divided into splits gives what the whole file gives. Start reading at {@link
 * io.retromae.etl.source.RecordReader}, then {@link io.retromae.etl.source.FileSplitter}. Knows
 * neither Spark nor what is done with a text.
 */
package io.retromae.etl.source;
