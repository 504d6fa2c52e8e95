package io.retromae.etl.source;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.shard.NoRecords;
import io.retromae.core.shard.ParquetInput;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.MessageType;

/** An open Parquet file and those of its columns that are read. Closes the file. */
final class ParquetTable implements AutoCloseable {
  private final ParquetFileReader file;
  private final List<String[]> columns;
  private final MessageType schema;

  private ParquetTable(ParquetFileReader file, List<String[]> columns, MessageType schema) {
    this.file = file;
    this.columns = columns;
    this.schema = schema;
  }

  /**
   * Opens a file.
   *
   * @throws ConfigException if a column is missing or holds no text
   */
  static ParquetTable open(Storage storage, FilePart part) throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder().usePageChecksumVerification(true).build();
    ParquetFileReader file =
        ParquetFileReader.open(new ParquetInput(storage, part.path(), part.size()), options);
    try {
      MessageType whole = file.getFooter().getFileMetaData().getSchema();
      List<String[]> columns = new ArrayList<>();
      MessageType schema = new MessageType(whole.getName());
      for (String column : columns(part.input())) {
        ParquetColumn found = ParquetColumn.find(part.path(), whole, column);
        columns.add(found.keys());
        schema = schema.union(found.alone(whole.getName()));
      }
      file.setRequestedSchema(schema);
      return new ParquetTable(file, columns, schema);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Text, title, set; those that are not asked for left out. */
  private static List<String> columns(InputSettings input) {
    List<String> columns = new ArrayList<>(List.of(input.textColumn()));
    if (!input.titleColumn().isEmpty()) {
      columns.add(input.titleColumn());
    }
    if (!input.sourceColumn().isEmpty()) {
      columns.add(input.sourceColumn());
    }
    return columns;
  }

  List<BlockMetaData> rowGroups() {
    return file.getFooter().getBlocks();
  }

  /** Column readers at the first row of a row group. */
  List<ColumnReader> readers(int rowGroup) throws IOException {
    PageReadStore pages = file.readRowGroup(rowGroup);
    String createdBy = file.getFooter().getFileMetaData().getCreatedBy();
    ColumnReadStoreImpl store =
        new ColumnReadStoreImpl(pages, new NoRecords(schema), schema, createdBy);
    return columns.stream()
        .map(column -> store.getColumnReader(schema.getColumnDescription(column)))
        .toList();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
