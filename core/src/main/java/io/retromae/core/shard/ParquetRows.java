package io.retromae.core.shard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Rows of a Parquet file that others wrote, of any schema, as JSON: texts and lists as such, other
 * values as their texts, absent ones as null. Holds one row group at a time.
 */
public final class ParquetRows implements AutoCloseable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ParquetFileReader file;
  private final MessageType schema;
  private final MessageColumnIO columns;
  private Optional<RecordReader<Group>> rows = Optional.empty();
  private long left;

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read, or is no Parquet file
   */
  public ParquetRows(Storage storage, String path) throws IOException {
    file = open(new ParquetInput(storage, path, storage.size(path)));
    schema = file.getFooter().getFileMetaData().getSchema();
    columns = new ColumnIOFactory().getColumnIO(schema);
  }

  private static ParquetFileReader open(ParquetInput input) throws IOException {
    try {
      return ParquetFileReader.open(
          input, ParquetReadOptions.builder().usePageChecksumVerification(true).build());
    } catch (RuntimeException e) { // Parquet's way to say that a file is broken
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * The next row; empty at the end.
   *
   * @throws IOException if the file is broken
   */
  public Optional<ObjectNode> next() throws IOException {
    try {
      return read();
    } catch (RuntimeException e) { // Parquet's way to say that a file is broken
      throw new IOException(e.getMessage(), e);
    }
  }

  private Optional<ObjectNode> read() throws IOException {
    while (left == 0) {
      PageReadStore pages = file.readNextRowGroup();
      if (pages == null) {
        return Optional.empty();
      }
      rows = Optional.of(columns.getRecordReader(pages, new GroupRecordConverter(schema)));
      left = pages.getRowCount();
    }
    left--;
    return Optional.of(object(rows.orElseThrow().read()));
  }

  private static ObjectNode object(Group group) {
    ObjectNode object = JSON.objectNode();
    GroupType type = group.getType();
    for (int field = 0; field < type.getFieldCount(); field++) {
      object.set(type.getFieldName(field), field(group, field));
    }
    return object;
  }

  private static JsonNode field(Group group, int field) {
    int count = group.getFieldRepetitionCount(field);
    Type type = group.getType().getType(field);
    if (type.isRepetition(Type.Repetition.REPEATED)) {
      ArrayNode list = JSON.arrayNode();
      for (int i = 0; i < count; i++) {
        list.add(value(group, field, i));
      }
      return list;
    }
    return count == 0 ? JSON.nullNode() : value(group, field, 0);
  }

  private static JsonNode value(Group group, int field, int index) {
    Type type = group.getType().getType(field);
    if (type.isPrimitive()) {
      boolean binary = type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
      return JSON.textNode(
          binary ? group.getString(field, index) : group.getValueToString(field, index));
    }
    Group inner = group.getGroup(field, index);
    return type.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation
        ? list(inner)
        : object(inner);
  }

  /** Elements of a list: its repeated field, in the modern layout a group around each element. */
  private static JsonNode list(Group group) {
    Type repeated = group.getType().getType(0);
    if (repeated.isPrimitive() || repeated.asGroupType().getFieldCount() != 1) {
      return field(group, 0);
    }
    ArrayNode list = JSON.arrayNode();
    for (int i = 0; i < group.getFieldRepetitionCount(0); i++) {
      list.add(field(group.getGroup(0, i), 0));
    }
    return list;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
