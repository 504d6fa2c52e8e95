package io.retromae.core.shard;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;

/**
 * Writes one shard: Parquet, zstd, page checksums, row groups of an exact number of samples. The
 * bytes depend on the samples and the metadata only. Closed without {@link #commit}, the file is
 * deleted.
 */
public final class ShardWriter implements AutoCloseable {
  private final String path;
  private final String name;
  private final int samplesPerRowGroup;
  private final UncommittedTable file;
  private final RowGroupWriter writer;
  private final List<Integer> rowGroups = new ArrayList<>();
  private final Map<String, Long> sources = new TreeMap<>();
  private long samples;
  private long tokens;
  private int inRowGroup;

  /**
   * Creates the file; it must not exist.
   *
   * @param name path within the corpus folder
   * @param samplesPerRowGroup samples in each row group but the last
   * @param metadata stored in the file's footer; no times, no names of machines
   */
  public ShardWriter(
      Storage storage,
      String corpusFolder,
      String name,
      int samplesPerRowGroup,
      Map<String, String> metadata)
      throws IOException {
    this.name = name;
    this.path = corpusFolder + "/" + name;
    this.samplesPerRowGroup = samplesPerRowGroup;
    this.file =
        new UncommittedTable(
            storage, corpusFolder, name, ShardSchema.SAMPLE, metadata, ShardSchema.DICTIONARIES);
    this.writer = file.rows();
  }

  /** Adds a sample. */
  public void append(Sample sample) throws IOException {
    if (sample.tokenIds().length == 0) {
      throw new CorruptDataException(
          "cannot write sample %d of shard %s: no token (must be at least 1)"
              .formatted(samples, path));
    }
    writeTokenIds(sample.tokenIds());
    writeText(1, sample.source());
    writeText(2, sample.documentId());
    writer.column(3).write(sample.block(), 0, 0);
    writer.endRow();
    samples++;
    tokens += sample.tokenIds().length;
    sources.merge(sample.source(), 1L, Long::sum);
    inRowGroup++;
    if (inRowGroup == samplesPerRowGroup) {
      endRowGroup();
    }
  }

  /** A list's elements: repetition level 0 begins it, 1 goes on; definition level 1 is a value. */
  private void writeTokenIds(int[] ids) {
    ColumnWriter column = writer.column(0);
    column.write(ids[0], 0, 1);
    for (int i = 1; i < ids.length; i++) {
      column.write(ids[i], 1, 1);
    }
  }

  private void writeText(int column, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    writer.column(column).write(Binary.fromConstantByteArray(bytes), 0, 0);
  }

  private void endRowGroup() throws IOException {
    writer.endRowGroup();
    rowGroups.add(inRowGroup);
    inRowGroup = 0;
  }

  /** Ends the file and says what it holds; the manifest that lists it makes it count. */
  public ShardEntry commit() throws IOException {
    if (inRowGroup > 0) {
      endRowGroup();
    }
    file.commit();
    String sha256 = file.sha256();
    return new ShardEntry(name, file.bytes(), sha256, samples, tokens, rowGroups, sources);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
