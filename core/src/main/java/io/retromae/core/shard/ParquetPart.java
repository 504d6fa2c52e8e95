package io.retromae.core.shard;

import java.util.List;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Which rows and columns of a Parquet file are read.
 *
 * @param columns names at the top of the schema, those that are not there left out; none for all
 * @param firstGroup first row group, from 0
 * @param endGroup the one behind the last
 * @param rowsBefore rows in the row groups before the first
 */
public record ParquetPart(List<String> columns, int firstGroup, int endGroup, long rowsBefore) {
  /** A whole file. */
  static final ParquetPart ALL = new ParquetPart(List.of(), 0, Integer.MAX_VALUE, 0);

  /** Copies. */
  public ParquetPart {
    columns = List.copyOf(columns);
  }

  MessageType columnsOf(MessageType schema) {
    if (columns.isEmpty()) {
      return schema;
    }
    List<Type> read =
        schema.getFields().stream().filter(field -> columns.contains(field.getName())).toList();
    return read.isEmpty() ? schema : new MessageType(schema.getName(), read);
  }
}
