package io.retromae.core.shard;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.PositionOutputStream;
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
  private ColumnChunkPageWriteStore pages;
  private ColumnWriteStore store;
  private ColumnWriter[] writers;
  private long rows;

  /**
   * Starts a file.
   *
   * @param metadata stored in the footer
   * @param dictionaries columns by path, parts joined by periods, whose values repeat so often that
   *     each is better stored once
   */
  public RowGroupWriter(
      PositionOutputStream output,
      MessageType schema,
      Map<String, String> metadata,
      Set<String> dictionaries)
      throws IOException {
    this.schema = schema;
    this.metadata = new TreeMap<>(metadata);
    this.properties = properties(schema, dictionaries);
    this.codecs = new CodecFactory(new Configuration(false), PAGE_BYTES);
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

  private static ParquetProperties properties(MessageType schema, Set<String> dictionaries) {
    ParquetProperties.Builder properties =
        ParquetProperties.builder()
            .withPageSize(PAGE_BYTES)
            .withDictionaryPageSize(PAGE_BYTES)
            .withPageWriteChecksumEnabled(true)
            .withAllocator(new HeapByteBufferAllocator());
    for (String[] path : schema.getPaths()) {
      String name = String.join(".", path);
      properties.withDictionaryEncoding(name, dictionaries.contains(name));
    }
    return properties.build();
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
    List<ColumnDescriptor> columns = schema.getColumns();
    writers = new ColumnWriter[columns.size()];
    for (int i = 0; i < writers.length; i++) {
      writers[i] = store.getColumnWriter(columns.get(i));
    }
    rows = 0;
  }

  /**
   * Takes the row's values of a column with their repetition and definition levels; call {@link
   * #endRow} when every column has its values. Valid until the row ends.
   *
   * @param index of the column among the schema's columns
   */
  public ColumnWriter column(int index) {
    return writers[index];
  }

  /** Ends the row. */
  public void endRow() {
    store.endRecord();
    rows++;
  }

  /** Ends the row group; does nothing if it has no row. */
  public void endRowGroup() throws IOException {
    if (rows == 0) {
      return;
    }
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
