package io.retromae.etl.source.parquet;

import static java.util.stream.Collectors.toSet;

import io.retromae.core.shard.NoRecords;
import io.retromae.core.shard.ParquetInput;
import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.PartitionFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopCodecs;
import org.apache.parquet.schema.MessageType;

/** An open Parquet file and those of its columns that are read. Closes the file. */
final class ParquetTable implements AutoCloseable {
  private final ParquetFileReader file;
  private final List<ParquetColumn> columns;
  private final MessageType schema;

  private ParquetTable(ParquetFileReader file, List<ParquetColumn> columns, MessageType schema) {
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
    Configuration shared = storage.configuration(); // a new one takes longer to load than a footer
    ParquetReadOptions options =
        HadoopReadOptions.builder(shared)
            .usePageChecksumVerification(true)
            .withCodecFactory(new PageGuard(HadoopCodecs.newFactory(shared, 0), maxExpansion))
            .build();
    ParquetFileReader file =
        ParquetFileReader.open(new ParquetInput(storage, part.path(), part.size()), options);
    try {
      MessageType whole = file.getFooter().getFileMetaData().getSchema();
      List<ParquetColumn> columns = new ArrayList<>();
      for (String column : columns(part, whole)) {
        columns.add(ParquetColumn.find(whole, column));
      }
      MessageType schema =
          columns.stream().map(ParquetColumn::schema).reduce(MessageType::union).orElseThrow();
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
      ParquetFileReader file, ParquetReadOptions options, List<ParquetColumn> columns)
      throws IOException {
    Set<List<String>> paths = columns.stream().map(ParquetColumn::path).collect(toSet());
    Set<CompressionCodecName> codecs = EnumSet.noneOf(CompressionCodecName.class);
    for (BlockMetaData group : file.getFooter().getBlocks()) {
      for (ColumnChunkMetaData chunk : group.getColumns()) {
        if (paths.contains(List.of(chunk.getPath().toArray()))) {
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

  /** Text, title, set; left out what is not asked for, or missing where a folder says the set. */
  private static List<String> columns(FilePart part, MessageType schema) {
    InputSettings input = part.input();
    List<String> columns = new ArrayList<>(List.of(input.textColumn()));
    if (!input.titleColumn().isEmpty()) {
      columns.add(input.titleColumn());
    }
    String set = input.sourceColumn();
    boolean optional = PartitionFolder.names(part.path(), set);
    if (!set.isEmpty() && (!optional || ParquetColumn.exists(schema, set))) {
      columns.add(set);
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
        .map(column -> store.getColumnReader(schema.getColumnDescription(column.pathArray())))
        .toList();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
