package io.retromae.etl.source;

import io.retromae.core.shard.NoRecords;
import io.retromae.core.shard.ParquetInput;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopCodecs;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** An open Parquet file and those of its columns that are read. Closes the file. */
final class ParquetTable implements AutoCloseable {
  private final ParquetFileReader file;
  private final List<String> columns;
  private final MessageType schema;

  private ParquetTable(ParquetFileReader file, List<String> columns, MessageType schema) {
    this.file = file;
    this.columns = columns;
    this.schema = schema;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if a column is missing or holds no text, or one cannot be decompressed
   */
  static ParquetTable open(Storage storage, FilePart part) throws IOException {
    int maxExpansion = part.files().maxExpansion();
    ParquetReadOptions options =
        ParquetReadOptions.builder()
            .usePageChecksumVerification(true)
            .withCodecFactory(new PageGuard(HadoopCodecs.newFactory(0), maxExpansion))
            .build();
    ParquetFileReader file =
        ParquetFileReader.open(new ParquetInput(storage, part.path(), part.size()), options);
    try {
      List<String> columns = columns(part);
      MessageType whole = file.getFooter().getFileMetaData().getSchema();
      List<Type> fields = new ArrayList<>();
      for (String column : columns) {
        fields.add(textColumn(whole, column));
      }
      MessageType schema = new MessageType(whole.getName(), fields);
      file.setRequestedSchema(schema);
      checkCodecs(file, options, columns);
      return new ParquetTable(file, columns, schema);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Some codecs are libraries that are not there; better said before rows are read. */
  private static void checkCodecs(
      ParquetFileReader file, ParquetReadOptions options, List<String> columns) throws IOException {
    Set<CompressionCodecName> codecs = EnumSet.noneOf(CompressionCodecName.class);
    for (BlockMetaData group : file.getFooter().getBlocks()) {
      for (ColumnChunkMetaData chunk : group.getColumns()) {
        if (columns.contains(chunk.getPath().toArray()[0])) {
          codecs.add(chunk.getCodec());
        }
      }
    }
    for (CompressionCodecName codec : codecs) {
      try {
        options.getCodecFactory().getDecompressor(codec);
      } catch (RuntimeException | LinkageError e) {
        throw new ParquetErrors.UnusableException(
            FileError.UNSUPPORTED,
            "Parquet compressed by %s, which this Spark has no library for; rewrite it with zstd"
                .formatted(codec));
      }
    }
  }

  /** Text, title, set; those that are not asked for, or said by a folder, left out. */
  private static List<String> columns(FilePart part) {
    InputSettings input = part.input();
    List<String> columns = new ArrayList<>(List.of(input.textColumn()));
    if (!input.titleColumn().isEmpty()) {
      columns.add(input.titleColumn());
    }
    boolean inFile = !PartitionFolder.names(part.path(), input.sourceColumn());
    if (!input.sourceColumn().isEmpty() && inFile) {
      columns.add(input.sourceColumn());
    }
    return columns;
  }

  private static Type textColumn(MessageType schema, String column)
      throws ParquetErrors.UnusableException {
    if (!schema.containsField(column)) {
      throw new ParquetErrors.UnusableException(
          FileError.COLUMNS,
          "no column '%s'; columns found: %s; set text_column, title_column, source_column"
              .formatted(column, describe(schema)));
    }
    Type type = schema.getType(column);
    boolean binary =
        type.isPrimitive()
            && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY
            && !type.isRepetition(Type.Repetition.REPEATED)
            && !(type.getLogicalTypeAnnotation()
                instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation);
    if (!binary) {
      throw new ParquetErrors.UnusableException(
          FileError.COLUMNS,
          "column '%s' must be a string or binary, is '%s'; columns found: %s"
              .formatted(column, describe(type), describe(schema)));
    }
    return type;
  }

  private static String describe(MessageType schema) {
    return schema.getFields().stream()
        .map(field -> field.getName() + " (" + describe(field) + ")")
        .collect(Collectors.joining(", "));
  }

  private static String describe(Type type) {
    String name =
        type.isPrimitive() ? type.asPrimitiveType().getPrimitiveTypeName().toString() : "group";
    return (type.getRepetition() + " " + name).toLowerCase(java.util.Locale.ROOT);
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
        .map(column -> store.getColumnReader(schema.getColumnDescription(new String[] {column})))
        .toList();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
