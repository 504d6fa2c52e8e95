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
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Rows of a Parquet file that others wrote, of any schema, as JSON: texts and lists as such, absent
 * values as null. Holds one row group at a time.
 */
public final class ParquetRows implements AutoCloseable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** What becomes of values that are no texts. */
  public enum Values {
    /** Their texts. */
    TEXTS,
    /** Numbers and truth values as such, others, such as dates, as their texts. */
    TYPED
  }

  private final ParquetFileReader file;
  private final Values values;
  private final MessageType schema;
  private final MessageColumnIO columns;
  private final int end;
  private int group;
  private Optional<RecordReader<Group>> rows = Optional.empty();
  private long left;

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read, or is no Parquet file
   */
  public ParquetRows(Storage storage, String path, Values values) throws IOException {
    this(storage, path, values, ParquetPart.ALL);
  }

  /**
   * Opens a part of a file.
   *
   * @throws IOException if it cannot be read, or is no Parquet file
   */
  public ParquetRows(Storage storage, String path, Values values, ParquetPart part)
      throws IOException {
    this.values = values;
    file = open(new ParquetInput(storage, path, storage.size(path)));
    schema = part.columnsOf(file.getFooter().getFileMetaData().getSchema());
    file.setRequestedSchema(schema);
    group = part.firstGroup();
    end = Math.min(part.endGroup(), file.getRowGroups().size());
    columns = new ColumnIOFactory().getColumnIO(schema);
  }

  static ParquetFileReader open(ParquetInput input) throws IOException {
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
      if (group == end) {
        return Optional.empty();
      }
      PageReadStore pages = file.readRowGroup(group++);
      rows = Optional.of(columns.getRecordReader(pages, new GroupRecordConverter(schema)));
      left = pages.getRowCount();
    }
    left--;
    return Optional.of(object(rows.orElseThrow().read()));
  }

  private ObjectNode object(Group group) {
    ObjectNode object = JSON.objectNode();
    GroupType type = group.getType();
    for (int field = 0; field < type.getFieldCount(); field++) {
      object.set(type.getFieldName(field), field(group, field));
    }
    return object;
  }

  private JsonNode field(Group group, int field) {
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

  private JsonNode value(Group group, int field, int index) {
    Type type = group.getType().getType(field);
    if (type.isPrimitive()) {
      return primitive(group, field, index);
    }
    Group inner = group.getGroup(field, index);
    return type.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation
        ? list(inner)
        : object(inner);
  }

  private JsonNode primitive(Group group, int field, int index) {
    PrimitiveType type = group.getType().getType(field).asPrimitiveType();
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    PrimitiveTypeName stored = type.getPrimitiveTypeName();
    if (stored == PrimitiveTypeName.BINARY) {
      return JSON.textNode(group.getString(field, index));
    }
    boolean plain =
        meaning == null || meaning instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation;
    if (values == Values.TYPED && plain) {
      switch (stored) {
        case BOOLEAN:
          return JSON.booleanNode(group.getBoolean(field, index));
        case INT32:
          return JSON.numberNode(group.getInteger(field, index));
        case INT64:
          return JSON.numberNode(group.getLong(field, index));
        case FLOAT:
          return JSON.numberNode(group.getFloat(field, index));
        case DOUBLE:
          return JSON.numberNode(group.getDouble(field, index));
        default: // no numbers
      }
    }
    return JSON.textNode(group.getValueToString(field, index));
  }

  /** Elements of a list: its repeated field, in the modern layout a group around each element. */
  private JsonNode list(Group group) {
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
