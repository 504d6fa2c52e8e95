package io.retromae.core.shard;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * What the footer of a Parquet file says.
 *
 * @param columns those at the top of the schema, with their types in words
 * @param groups row groups, in order
 */
public record ParquetLayout(Map<String, String> columns, List<Group> groups) {
  /** How {@link #columns} says that a column holds texts. */
  public static final String TEXT = "text";

  /** Copies. */
  public ParquetLayout {
    columns = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    groups = List.copyOf(groups);
  }

  /**
   * A row group.
   *
   * @param rows in it
   * @param bytes as stored
   */
  public record Group(long rows, long bytes) {}

  /**
   * Reads it.
   *
   * @throws IOException if the file cannot be read, or is no Parquet file
   */
  public static ParquetLayout of(Storage storage, String path) throws IOException {
    try (ParquetFileReader file =
        ParquetRows.open(new ParquetInput(storage, path, storage.size(path)))) {
      MessageType schema = file.getFooter().getFileMetaData().getSchema();
      Map<String, String> columns = new LinkedHashMap<>();
      schema.getFields().forEach(field -> columns.put(field.getName(), words(field)));
      return new ParquetLayout(
          columns, file.getRowGroups().stream().map(ParquetLayout::group).toList());
    }
  }

  private static String words(Type type) {
    if (type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED)) {
      PrimitiveTypeName stored = type.asPrimitiveType().getPrimitiveTypeName();
      return stored == PrimitiveTypeName.BINARY
          ? TEXT
          : stored.toString().toLowerCase(java.util.Locale.ROOT);
    }
    return type.isPrimitive()
        ? "list"
        : String.valueOf(type.getLogicalTypeAnnotation()).toLowerCase(java.util.Locale.ROOT);
  }

  private static Group group(BlockMetaData block) {
    return new Group(block.getRowCount(), block.getCompressedSize());
  }
}
