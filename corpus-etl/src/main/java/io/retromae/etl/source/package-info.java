/**
 * Raw corpora in their published formats to documents, streamed: the Pile's JSON lines and WuDao's
 * arrays, compressed or not. Every record becomes a document or is quarantined with its reason.
 * Start reading at {@link io.retromae.etl.source.RecordReader}. Knows neither Spark nor what is
 * done with a text.
 */
package io.retromae.etl.source;
