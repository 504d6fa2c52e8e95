/**
 * Parquet files of texts: columns by path, pages that are not believed, errors of all kinds. Start
 * reading at {@link io.retromae.etl.source.parquet.ParquetFormat}. Knows no other format.
 */
package io.retromae.etl.source.parquet;
