package io.retromae.core.shard;

import io.retromae.core.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** Parquet files of text columns, such as cleaned documents; read column by column. */
public final class ColumnTable {
  private ColumnTable() {}

  private static MessageType schema(List<String> columns) {
    Types.MessageTypeBuilder schema = Types.buildMessage();
    for (String column : columns) {
      schema
          .required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(column);
    }
    return schema.named("row");
  }

  /** Writes one file; closed without {@link #commit}, it is deleted. */
  public static final class Writer implements AutoCloseable {
    private final Storage storage;
    private final String path;
    private final List<String> columns;
    private final int rowsPerGroup;
    private final DigestingOutput output;
    private final RowGroupWriter writer;
    private long rows;
    private boolean committed;

    /** Creates the file; it must not exist. */
    public Writer(Storage storage, String path, List<String> columns, int rowsPerGroup)
        throws IOException {
      this.storage = storage;
      this.path = path;
      this.columns = List.copyOf(columns);
      this.rowsPerGroup = rowsPerGroup;
      this.output = new DigestingOutput(new BufferedOutputStream(storage.create(path), 1 << 16));
      this.writer = new RowGroupWriter(output, schema(columns), Map.of());
    }

    /** Adds a row, a value for each column. */
    public void append(List<String> values) throws IOException {
      RecordConsumer row = writer.beginRow();
      for (int i = 0; i < columns.size(); i++) {
        row.startField(columns.get(i), i);
        row.addBinary(Binary.fromString(values.get(i)));
        row.endField(columns.get(i), i);
      }
      writer.endRow();
      rows++;
      if (rows % rowsPerGroup == 0) {
        writer.endRowGroup();
      }
    }

    /** Ends the file; returns its number of rows. */
    public long commit() throws IOException {
      writer.finish();
      output.close();
      committed = true;
      return rows;
    }

    @Override
    public void close() throws IOException {
      writer.close();
      if (!committed) {
        output.close();
        storage.delete(path);
      }
    }
  }

  /** Reads some columns of a file, row by row. */
  public static final class Reader implements AutoCloseable {
    private final List<String> columns;
    private final ParquetFileReader file;
    private final MessageType schema;
    private List<ColumnReader> readers = List.of();
    private long left;

    /** Opens a file. */
    public Reader(Storage storage, String path, List<String> columns) throws IOException {
      this.columns = List.copyOf(columns);
      ParquetReadOptions options =
          ParquetReadOptions.builder().usePageChecksumVerification(true).build();
      this.file =
          ParquetFileReader.open(new ParquetInput(storage, path, storage.size(path)), options);
      this.schema = schema(columns);
      file.setRequestedSchema(schema);
    }

    /** The next row's values, in the order of the columns; empty at the end. */
    public Optional<List<String>> next() throws IOException {
      if (left == 0) {
        PageReadStore pages = file.readNextRowGroup();
        if (pages == null) {
          return Optional.empty();
        }
        open(pages);
      }
      List<String> values = new ArrayList<>(columns.size());
      for (ColumnReader reader : readers) {
        values.add(reader.getBinary().toStringUsingUTF8());
        reader.consume();
      }
      left--;
      return Optional.of(values);
    }

    private void open(PageReadStore pages) {
      String createdBy = file.getFooter().getFileMetaData().getCreatedBy();
      readers = new ArrayList<>();
      for (String column : columns) {
        readers.add(
            new ColumnReadStoreImpl(pages, new NoRecords(schema), schema, createdBy)
                .getColumnReader(schema.getColumnDescription(new String[] {column})));
      }
      left = pages.getRowCount();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
