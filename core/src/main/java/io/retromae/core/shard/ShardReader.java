package io.retromae.core.shard;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/**
 * Reads row groups of one shard, page checksums verified. Size and row groups are checked against
 * the manifest when it is opened; the hash of the whole file by {@link #verify} on request.
 */
public final class ShardReader implements AutoCloseable {
  private final String path;
  private final ParquetFileReader file;
  private final MessageType schema;

  private ShardReader(String path, ParquetFileReader file) {
    this.path = path;
    this.file = file;
    this.schema = file.getFooter().getFileMetaData().getSchema();
  }

  /**
   * Opens a shard.
   *
   * @throws CorruptDataException if it is missing or is not the file that the manifest lists
   */
  public static ShardReader open(Storage storage, String corpusFolder, ShardEntry entry)
      throws IOException {
    String path = corpusFolder + "/" + entry.name();
    checkSize(storage, corpusFolder, entry);
    ParquetReadOptions options =
        ParquetReadOptions.builder().usePageChecksumVerification(true).build();
    try {
      ParquetFileReader file =
          ParquetFileReader.open(new ParquetInput(storage, path, entry.bytes()), options);
      ShardReader reader = new ShardReader(path, file);
      reader.checkLayout(corpusFolder, entry);
      return reader;
    } catch (CorruptDataException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new CorruptDataException(path + ": not a Parquet file; " + mend(corpusFolder), e);
    } catch (IOException e) {
      throw damage(path + ": not a Parquet file; " + mend(corpusFolder), e);
    }
  }

  private static void checkSize(Storage storage, String corpusFolder, ShardEntry entry)
      throws IOException {
    String path = corpusFolder + "/" + entry.name();
    long size;
    try {
      size = storage.size(path);
    } catch (FileNotFoundException e) {
      throw new CorruptDataException(
          path + ": is missing, the manifest lists it; " + mend(corpusFolder), e);
    }
    if (size != entry.bytes()) {
      throw new CorruptDataException(
          "%s: %,d bytes, the manifest says %,d; %s"
              .formatted(path, size, entry.bytes(), mend(corpusFolder)));
    }
  }

  private void checkLayout(String corpusFolder, ShardEntry entry) {
    List<Integer> found = new ArrayList<>();
    for (BlockMetaData block : file.getRowGroups()) {
      found.add(Math.toIntExact(block.getRowCount()));
    }
    boolean known = schema.containsPath(new String[] {ShardSchema.TOKEN_IDS, "list", "element"});
    if (!known || !found.equals(entry.rowGroups())) {
      throw new CorruptDataException(
          "%s: row groups of %s samples, the manifest says %s; %s"
              .formatted(path, found, entry.rowGroups(), mend(corpusFolder)));
    }
  }

  /**
   * Hashes the whole file.
   *
   * @throws CorruptDataException if it is missing or differs from the manifest
   */
  public static void verify(Storage storage, String corpusFolder, ShardEntry entry)
      throws IOException {
    checkSize(storage, corpusFolder, entry);
    String path = corpusFolder + "/" + entry.name();
    if (!Sha256.of(storage.open(path, entry.bytes(), Storage.Reading.IN_ORDER))
        .equals(entry.sha256())) {
      throw new CorruptDataException(
          path + ": SHA-256 differs from the manifest; " + mend(corpusFolder));
    }
  }

  private static String mend(String corpusFolder) {
    return "run 'retromae verify %s', then 'retromae etl --overwrite' to make the corpus again"
        .formatted(corpusFolder);
  }

  // Row groups are not closed: Parquet 1.13 has no way to, and their buffers are on the heap.

  /** The token ids of every sample of a row group, in order; reads no other column. */
  public int[][] readTokenIds(int rowGroup) throws IOException {
    return read(rowGroup, this::tokenIds, ShardSchema.TOKEN_IDS);
  }

  /** The source of every sample of a row group, in order; reads no other column. */
  public String[] readSources(int rowGroup) throws IOException {
    return read(rowGroup, this::sources, ShardSchema.SOURCE);
  }

  /** The samples of a row group, in order. */
  public List<Sample> readSamples(int rowGroup) throws IOException {
    return read(
        rowGroup,
        this::samples,
        ShardSchema.TOKEN_IDS,
        ShardSchema.SOURCE,
        ShardSchema.DOCUMENT_ID,
        ShardSchema.BLOCK);
  }

  private <T> T read(int rowGroup, Function<PageReadStore, T> decode, String... columns)
      throws IOException {
    try {
      file.setRequestedSchema(
          new MessageType(schema.getName(), Arrays.stream(columns).map(schema::getType).toList()));
      return decode.apply(file.readRowGroup(rowGroup));
    } catch (ParquetDecodingException e) {
      throw new CorruptDataException(damaged(rowGroup, e), e);
    } catch (IOException e) {
      throw damage(damaged(rowGroup, e), e);
    }
  }

  private List<Sample> samples(PageReadStore pages) {
    int[][] ids = tokenIds(pages);
    String[] sources = sources(pages);
    ColumnReader documentId = column(pages, ShardSchema.DOCUMENT_ID);
    ColumnReader block = column(pages, ShardSchema.BLOCK);
    List<Sample> samples = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      samples.add(
          new Sample(
              ids[i], sources[i], documentId.getBinary().toStringUsingUTF8(), block.getInteger()));
      documentId.consume();
      block.consume();
    }
    return samples;
  }

  /** Few texts, each made once. */
  private String[] sources(PageReadStore pages) {
    String[] rows = new String[Math.toIntExact(pages.getRowCount())];
    ColumnReader column = column(pages, ShardSchema.SOURCE);
    Map<Binary, String> names = new HashMap<>();
    for (int row = 0; row < rows.length; row++) {
      rows[row] = names.computeIfAbsent(column.getBinary(), Binary::toStringUsingUTF8);
      column.consume();
    }
    return rows;
  }

  private String damaged(int rowGroup, Exception cause) {
    return "%s: row group %d cannot be read: %s".formatted(path, rowGroup, cause.getMessage());
  }

  /** Parquet reports a page header it cannot parse as an IOException caused by the parser's own. */
  private static IOException damage(String message, IOException e) {
    if (e.getCause() != null && !(e.getCause() instanceof IOException)) {
      throw new CorruptDataException(message, e);
    }
    return e;
  }

  @SuppressWarnings("deprecation") // a count of values has no other source
  private int[][] tokenIds(PageReadStore pages) {
    int[][] rows = new int[Math.toIntExact(pages.getRowCount())][];
    ColumnReader column = column(pages, ShardSchema.TOKEN_IDS, "list", "element");
    long values = column.getTotalValueCount();
    int[] ids = new int[512];
    int length = 0;
    int row = -1;
    for (long i = 0; i < values; i++) {
      if (column.getCurrentRepetitionLevel() == 0) { // a row begins
        if (row >= 0) {
          rows[row] = Arrays.copyOf(ids, length);
        }
        row++;
        length = 0;
      }
      if (length == ids.length) {
        ids = Arrays.copyOf(ids, 2 * length);
      }
      ids[length++] = column.getInteger();
      column.consume();
    }
    if (row >= 0) {
      rows[row] = Arrays.copyOf(ids, length);
    }
    return rows;
  }

  private ColumnReader column(PageReadStore pages, String... path) {
    ColumnDescriptor descriptor = schema.getColumnDescription(path);
    return new ColumnReadStoreImpl(
            pages, new NoRecords(schema), schema, file.getFooter().getFileMetaData().getCreatedBy())
        .getColumnReader(descriptor);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
