package io.retromae.core.shard;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/**
 * Parquet with row groups that end where the caller says: zstd, dictionaries, page checksums.
 * Parquet's own writer ends them by size, checked now and then, so that their counts depend on its
 * version.
 */
public final class RowGroupWriter implements AutoCloseable {
  private static final int PAGE_BYTES = 1 << 20;
  private static final int COLUMN_INDEX_BYTES = 64;

  private final MessageType schema;
  private final Map<String, String> metadata;
  private final ParquetProperties properties;
  private final CodecFactory codecs;
  private final OrderedFooter output;
  private final ParquetFileWriter file;
  private final MessageColumnIO columns;
  private ColumnChunkPageWriteStore pages;
  private ColumnWriteStore store;
  private RecordConsumer consumer;
  private long rows;

  /**
   * Starts a file.
   *
   * @param metadata stored in the footer
   */
  public RowGroupWriter(
      PositionOutputStream output, MessageType schema, Map<String, String> metadata)
      throws IOException {
    this.schema = schema;
    this.metadata = new TreeMap<>(metadata);
    this.properties =
        ParquetProperties.builder()
            .withPageSize(PAGE_BYTES)
            .withDictionaryPageSize(PAGE_BYTES)
            .withPageWriteChecksumEnabled(true)
            .withAllocator(new HeapByteBufferAllocator())
            .build();
    this.codecs = new CodecFactory(new Configuration(false), PAGE_BYTES);
    this.columns = new ColumnIOFactory().getColumnIO(schema);
    this.output = new OrderedFooter(output);
    this.file =
        new ParquetFileWriter(
            this.output,
            schema,
            ParquetFileWriter.Mode.CREATE,
            Long.MAX_VALUE, // no alignment to blocks: one row group after the other
            0,
            COLUMN_INDEX_BYTES,
            ParquetProperties.DEFAULT_STATISTICS_TRUNCATE_LENGTH,
            true);
    file.start();
    openRowGroup();
  }

  @SuppressWarnings("deprecation") // the constructor that Parquet 1.13 has too
  private void openRowGroup() {
    pages =
        new ColumnChunkPageWriteStore(
            codecs.getCompressor(CompressionCodecName.ZSTD),
            schema,
            properties.getAllocator(),
            COLUMN_INDEX_BYTES,
            true);
    store = properties.newColumnWriteStore(schema, pages);
    consumer = columns.getRecordWriter(store);
    rows = 0;
  }

  /** Takes the next row; call {@link #endRow} after its fields. */
  public RecordConsumer beginRow() {
    consumer.startMessage();
    return consumer;
  }

  /** Ends the row. */
  public void endRow() {
    consumer.endMessage();
    store.endRecord();
    rows++;
  }

  /** Ends the row group; does nothing if it has no row. */
  public void endRowGroup() throws IOException {
    if (rows == 0) {
      return;
    }
    consumer.flush();
    file.startBlock(rows);
    store.flush();
    pages.flushToFileWriter(file);
    file.endBlock();
    closeRowGroup();
    openRowGroup();
  }

  /** Ends the last row group and the file. */
  public void finish() throws IOException {
    endRowGroup();
    output.hold();
    file.end(metadata);
    output.release();
  }

  private void closeRowGroup() throws IOException {
    Object closeable = pages; // closeable in newer versions of Parquet only
    if (closeable instanceof AutoCloseable resource) {
      try {
        resource.close();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }

  /** Frees buffers; the file itself is the caller's to close. */
  @Override
  public void close() throws IOException {
    closeRowGroup();
    codecs.release();
  }
}
