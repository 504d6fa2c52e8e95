package io.retromae.embed.vector;

import io.retromae.core.display.Displayed;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.shard.NoRecords;
import io.retromae.core.shard.ParquetInput;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * A Parquet file with a column of ids (texts or whole numbers) and one of vectors (lists of float
 * or double, in any of the ways in which Parquet has lists).
 */
final class VectorTable implements AutoCloseable {
  private final String path;
  private final ParquetFileReader file;
  private final MessageType schema;
  private final ColumnDescriptor id;
  private final ColumnDescriptor embedding;

  private VectorTable(String path, ParquetFileReader file, VectorColumns columns) {
    this.path = path;
    this.file = file;
    this.schema = file.getFooter().getFileMetaData().getSchema();
    this.id = id(columns);
    this.embedding = embedding(columns);
  }

  /**
   * Opens a file.
   *
   * @throws CorruptDataException if it is no Parquet file or lacks such columns
   */
  static VectorTable open(Storage storage, String path, long bytes, VectorColumns columns)
      throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder().usePageChecksumVerification(true).build();
    ParquetFileReader file;
    try {
      file = ParquetFileReader.open(new ParquetInput(storage, path, bytes), options);
    } catch (RuntimeException e) { // Parquet's way to say that a file is broken
      throw new CorruptDataException(
          "%s: not a Parquet file: %s".formatted(path, Displayed.line(e.toString())), e);
    }
    try {
      return new VectorTable(path, file, columns);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private ColumnDescriptor id(VectorColumns columns) {
    ColumnDescriptor found = leaf(columns.id(), "ids");
    PrimitiveTypeName type = found.getPrimitiveType().getPrimitiveTypeName();
    boolean plain =
        type == PrimitiveTypeName.BINARY
            || type == PrimitiveTypeName.INT64
            || type == PrimitiveTypeName.INT32;
    if (!plain || found.getMaxRepetitionLevel() > 0) {
      throw wrongType(columns.id(), "a text or a whole number");
    }
    return found;
  }

  private ColumnDescriptor embedding(VectorColumns columns) {
    ColumnDescriptor found = leaf(columns.embedding(), "vectors");
    PrimitiveTypeName type = found.getPrimitiveType().getPrimitiveTypeName();
    boolean floating = type == PrimitiveTypeName.FLOAT || type == PrimitiveTypeName.DOUBLE;
    if (!floating || found.getMaxRepetitionLevel() != 1) {
      throw wrongType(columns.embedding(), "a list of float");
    }
    return found;
  }

  private ColumnDescriptor leaf(String column, String what) {
    List<ColumnDescriptor> leaves =
        schema.getColumns().stream().filter(leaf -> leaf.getPath()[0].equals(column)).toList();
    if (leaves.isEmpty()) {
      throw new CorruptDataException(
          "%s: has no column '%s' of %s, its columns are %s; name the right one"
              .formatted(
                  path, column, what, schema.getFields().stream().map(Type::getName).toList()));
    }
    if (leaves.size() > 1) {
      throw wrongType(column, what.equals("ids") ? "a text or a whole number" : "a list of float");
    }
    return leaves.get(0);
  }

  private CorruptDataException wrongType(String column, String wanted) {
    return new CorruptDataException(
        "%s: column '%s' is '%s' (must be %s); Spark's vectors become one by vector_to_array(v, 'float32')"
            .formatted(
                path, column, schema.getType(column).toString().replaceAll("\\s+", " "), wanted));
  }

  /** Number of row groups. */
  int groups() {
    return file.getRowGroups().size();
  }

  /** Rows of a row group. */
  long rows(int group) {
    return file.getRowGroups().get(group).getRowCount();
  }

  /** The rows of a row group, one after the other. */
  Rows readRows(int group) throws IOException {
    MessageType both =
        requested(schema.getType(id.getPath()[0]), schema.getType(embedding.getPath()[0]));
    PageReadStore pages = read(group, both);
    return new Rows(new Ids(column(pages, id)), column(pages, embedding));
  }

  /** The ids of a row group, one after the other; reads nothing else. */
  Ids readIds(int group) throws IOException {
    return new Ids(column(read(group, requested(schema.getType(id.getPath()[0]))), id));
  }

  private MessageType requested(Type... columns) {
    return new MessageType(schema.getName(), Arrays.stream(columns).distinct().toList());
  }

  private PageReadStore read(int group, MessageType requested) throws IOException {
    try {
      file.setRequestedSchema(requested);
      return file.readRowGroup(group);
    } catch (RuntimeException e) { // Parquet's way to say that a file is broken
      throw damaged(e);
    }
  }

  private ColumnReader column(PageReadStore pages, ColumnDescriptor column) {
    try {
      return new ColumnReadStoreImpl(
              pages,
              new NoRecords(schema),
              schema,
              file.getFooter().getFileMetaData().getCreatedBy())
          .getColumnReader(column);
    } catch (RuntimeException e) {
      throw damaged(e);
    }
  }

  private CorruptDataException damaged(RuntimeException e) {
    return new CorruptDataException(
        "%s: cannot be read: %s; copy or make it again"
            .formatted(path, Displayed.line(String.valueOf(e.getMessage()))),
        e);
  }

  /** Ids of a row group. */
  final class Ids {
    private final ColumnReader column;

    private Ids(ColumnReader column) {
      this.column = column;
    }

    /** The next row's. */
    String next() {
      if (column.getCurrentDefinitionLevel() < id.getMaxDefinitionLevel()) {
        throw new CorruptDataException(
            "%s: a row has null in the column '%s'; give each an id of its own"
                .formatted(path, id.getPath()[0]));
      }
      try {
        String text =
            switch (id.getPrimitiveType().getPrimitiveTypeName()) {
              case INT64 -> Long.toString(column.getLong());
              case INT32 -> Integer.toString(column.getInteger());
              default -> column.getBinary().toStringUsingUTF8();
            };
        column.consume();
        return text;
      } catch (RuntimeException e) {
        throw damaged(e);
      }
    }
  }

  /** Rows of a row group: for each {@link #nextId}, then {@link #nextVector}. */
  final class Rows {
    private final Ids ids;
    private final ColumnReader column;
    private final int present = embedding.getMaxDefinitionLevel();
    private final int listThere =
        schema.getType(embedding.getPath()[0]).isRepetition(Type.Repetition.OPTIONAL) ? 1 : 0;
    private final boolean wide =
        embedding.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.DOUBLE;

    private Rows(Ids ids, ColumnReader column) {
      this.ids = ids;
      this.column = column;
    }

    String nextId() {
      return ids.next();
    }

    /**
     * The vector of the row, of whatever width; empty if it is null.
     *
     * @param expected width if it is known, else 0
     */
    Optional<float[]> nextVector(String rowId, int expected) {
      try {
        return vector(rowId, expected);
      } catch (CorruptDataException e) {
        throw e;
      } catch (RuntimeException e) { // Parquet's way to say that a file is broken
        throw damaged(e);
      }
    }

    private Optional<float[]> vector(String rowId, int expected) {
      int level = column.getCurrentDefinitionLevel();
      if (level <= listThere && level < present) {
        column.consume();
        return level < listThere ? Optional.empty() : Optional.of(new float[0]);
      }
      float[] values = new float[expected == 0 ? 1024 : expected];
      int count = 0;
      do {
        if (column.getCurrentDefinitionLevel() < present) {
          throw new CorruptDataException(
              "%s: value %d of the vector of '%s' is null; embed its text again"
                  .formatted(path, count, Displayed.line(rowId)));
        }
        if (count == values.length) {
          values = Arrays.copyOf(values, Math.addExact(count, count));
        }
        values[count++] = wide ? (float) column.getDouble() : column.getFloat();
        column.consume();
      } while (column.getCurrentRepetitionLevel() > 0);
      return Optional.of(count == values.length ? values : Arrays.copyOf(values, count));
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
