package io.retromae.embed.vector;

import io.retromae.core.shard.RowGroupWriter;
import io.retromae.core.shard.UncommittedTable;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * Parquet of an id (string) and an embedding (list of float, null for a text that was null), which
 * Spark, pandas and Hugging Face's datasets read as they are. Owns the file until it is committed.
 */
final class ParquetVectorWriter implements VectorWriter {
  /** A row group ends at this size: what a reader has to hold at once. */
  private static final long ROW_GROUP_BYTES = 16 << 20;

  /** Definition level of a value: the list is there, and so is its element. */
  private static final int PRESENT = 2;

  private final String path;
  private final UncommittedTable file;
  private final RowGroupWriter writer;
  private int width = -1;
  private long rows;
  private long absent;
  private long bytesInGroup;

  ParquetVectorWriter(Storage storage, String folder, String name, VectorColumns columns)
      throws IOException {
    this.path = folder + "/" + name;
    this.file =
        new UncommittedTable(storage, folder, name, schema(columns), Map.of(), Set.<String>of());
    this.writer = file.rows();
  }

  private static MessageType schema(VectorColumns columns) {
    return Types.buildMessage()
        .required(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(columns.id())
        .optionalList()
        .requiredElement(PrimitiveTypeName.FLOAT)
        .named(columns.embedding())
        .named("row");
  }

  @Override
  public void append(String id, float[] vector) throws IOException {
    width = width < 0 ? vector.length : width;
    VectorChecks.width(path, id, vector.length, width);
    VectorChecks.finite(path, id, vector, 0, width);
    ColumnWriter values = writer.column(1);
    for (int i = 0; i < width; i++) {
      values.write(vector[i], i == 0 ? 0 : 1, PRESENT);
    }
    rows++;
    endRow(id, (long) width * Float.BYTES);
  }

  @Override
  public void appendAbsent(String id) throws IOException {
    writer.column(1).writeNull(0, 0);
    absent++;
    endRow(id, 0);
  }

  private void endRow(String id, long bytes) throws IOException {
    writer.column(0).write(Binary.fromString(id), 0, 0);
    writer.endRow();
    bytesInGroup += bytes + id.length();
    if (bytesInGroup >= ROW_GROUP_BYTES) {
      writer.endRowGroup();
      bytesInGroup = 0;
    }
  }

  @Override
  public Written commit() throws IOException {
    file.commit();
    return new Written(rows, absent, file.bytes(), file.sha256());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
