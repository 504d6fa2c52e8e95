package io.retromae.core.shard;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/**
 * Parquet files of flat rows, such as cleaned documents: written value by value, read column by
 * column. Columns are numbered as in the list that the file is opened with.
 */
public final class ColumnTable {
  /** A row group ends early at this size, so that long texts fit in memory. */
  private static final long ROW_GROUP_BYTES = 32 << 20;

  private ColumnTable() {}

  private static MessageType schema(List<Column> columns) {
    Types.MessageTypeBuilder schema = Types.buildMessage();
    columns.forEach(column -> schema.addField(column.type()));
    return schema.named("row");
  }

  private static Set<String> repeating(List<Column> columns) {
    Set<String> names = new HashSet<>();
    columns.stream().filter(Column::repeats).map(Column::name).forEach(names::add);
    return names;
  }

  /**
   * Writes one file; closed without {@link #commit}, it is deleted. For each row, a value for each
   * column in order, then {@link #endRow}.
   */
  public static final class Writer implements AutoCloseable {
    private final String name;
    private final List<Column> columns;
    private final int rowsPerGroup;
    private final UncommittedTable file;
    private final RowGroupWriter writer;
    private long rows;
    private int next;
    private int rowsInGroup;
    private long bytesInGroup;

    /**
     * Creates the file; it must not exist.
     *
     * @param folder that the writer's job owns
     * @param name path within it
     * @param rowsPerGroup most rows of a row group; with long texts it has fewer
     */
    public Writer(
        Storage storage, String folder, String name, List<Column> columns, int rowsPerGroup)
        throws IOException {
      this.name = name;
      this.columns = List.copyOf(columns);
      this.rowsPerGroup = rowsPerGroup;
      this.file =
          new UncommittedTable(
              storage, folder, name, schema(columns), Map.of(), repeating(columns));
      this.writer = file.rows();
    }

    /** The row's next value, a text. */
    public Writer text(String value) {
      return binary(value.getBytes(StandardCharsets.UTF_8));
    }

    /** The row's next value, a byte string, which must not be changed afterwards. */
    public Writer bytes(byte[] value) {
      return binary(value);
    }

    private Writer binary(byte[] value) {
      column().write(Binary.fromConstantByteArray(value), 0, 0);
      bytesInGroup += value.length;
      return this;
    }

    /** The row's next value, a 64-bit integer. */
    public Writer int64(long value) {
      column().write(value, 0, 0);
      return this;
    }

    /** The row's next value, a 32-bit integer. */
    public Writer int32(int value) {
      column().write(value, 0, 0);
      return this;
    }

    private ColumnWriter column() {
      return writer.column(next++);
    }

    /**
     * Ends the row.
     *
     * @throws IllegalStateException if a column has no value
     */
    public void endRow() throws IOException {
      if (next != columns.size()) {
        throw new IllegalStateException(
            "%s: row %d has %d values for %d columns".formatted(name, rows, next, columns.size()));
      }
      writer.endRow();
      next = 0;
      rows++;
      rowsInGroup++;
      if (rowsInGroup == rowsPerGroup || bytesInGroup >= ROW_GROUP_BYTES) {
        writer.endRowGroup();
        rowsInGroup = 0;
        bytesInGroup = 0;
      }
    }

    /** Ends the file; returns its number of rows. */
    public long commit() throws IOException {
      file.commit();
      return rows;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /**
   * Reads some columns of a file, row by row: {@link #next}, then the values. Other columns are not
   * read from storage.
   */
  public static final class Reader implements AutoCloseable {
    private final List<Column> columns;
    private final ParquetFileReader file;
    private final MessageType schema;
    private List<ColumnReader> readers = List.of();
    private long left;
    private boolean inRow;

    /**
     * Opens a file.
     *
     * @throws CorruptDataException if it lacks a column or holds another type in it
     */
    public Reader(Storage storage, String path, List<Column> columns) throws IOException {
      this.columns = List.copyOf(columns);
      ParquetReadOptions options =
          ParquetReadOptions.builder().usePageChecksumVerification(true).build();
      this.file =
          ParquetFileReader.open(new ParquetInput(storage, path, storage.size(path)), options);
      this.schema = schema(columns);
      checkColumns(path);
      file.setRequestedSchema(schema);
    }

    private void checkColumns(String path) throws IOException {
      MessageType found = file.getFooter().getFileMetaData().getSchema();
      Set<String> missing = new TreeSet<>();
      for (Column column : columns) {
        if (!found.containsField(column.name())
            || !found.getType(column.name()).equals(column.type())) {
          missing.add(column.type().toString());
        }
      }
      if (!missing.isEmpty()) {
        file.close();
        throw new CorruptDataException(
            "%s: lacks the columns %s; it has %s. Make it again"
                .formatted(path, missing, found.getFields()));
      }
    }

    /** Goes to the next row, to the first at the beginning; false behind the last. */
    public boolean next() throws IOException {
      if (inRow) {
        for (ColumnReader reader : readers) {
          reader.skip(); // a value that nobody read; consume alone would leave it for the next row
          reader.consume();
        }
        left--;
      }
      while (left == 0) {
        PageReadStore pages = file.readNextRowGroup();
        if (pages == null) {
          inRow = false;
          return false;
        }
        open(pages);
      }
      inRow = true;
      return true;
    }

    /** The row's text in a column, by its index in the list of columns. */
    public String text(int column) {
      return readers.get(column).getBinary().toStringUsingUTF8();
    }

    /** The row's byte string in a column. */
    public byte[] bytes(int column) {
      return readers.get(column).getBinary().getBytes();
    }

    /** The row's 64-bit integer in a column. */
    public long int64(int column) {
      return readers.get(column).getLong();
    }

    /** The row's 32-bit integer in a column. */
    public int int32(int column) {
      return readers.get(column).getInteger();
    }

    private void open(PageReadStore pages) {
      String createdBy = file.getFooter().getFileMetaData().getCreatedBy();
      readers = new ArrayList<>();
      for (Column column : columns) {
        readers.add(
            new ColumnReadStoreImpl(pages, new NoRecords(schema), schema, createdBy)
                .getColumnReader(schema.getColumnDescription(new String[] {column.name()})));
      }
      left = pages.getRowCount();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
