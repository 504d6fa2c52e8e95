/**
 * Files of records that others wrote, streamed as JSON objects: JSON lines, JSON arrays, Parquet,
 * tables of tab-separated values, compressed or not. Knows no meaning of any field. Start reading
 * at {@link io.retromae.core.record.RecordFile}.
 */
package io.retromae.core.record;
