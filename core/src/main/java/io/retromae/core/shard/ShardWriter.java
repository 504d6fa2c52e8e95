package io.retromae.core.shard;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/**
 * Writes one shard: Parquet, zstd, page checksums, row groups of an exact number of samples. The
 * bytes depend on the samples and the metadata only. Closed without {@link #commit}, the file is
 * deleted.
 */
public final class ShardWriter implements AutoCloseable {
  private final Storage storage;
  private final String path;
  private final String name;
  private final int samplesPerRowGroup;
  private final DigestingOutput output;
  private final RowGroupWriter writer;
  private final List<Integer> rowGroups = new ArrayList<>();
  private final Map<String, Long> sources = new TreeMap<>();
  private long samples;
  private long tokens;
  private int inRowGroup;
  private boolean committed;

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
    this.storage = storage;
    this.name = name;
    this.path = corpusFolder + "/" + name;
    this.samplesPerRowGroup = samplesPerRowGroup;
    this.output = new DigestingOutput(new BufferedOutputStream(storage.create(path), 1 << 16));
    this.writer = new RowGroupWriter(output, ShardSchema.SAMPLE, metadata);
  }

  /** Adds a sample. */
  public void append(Sample sample) throws IOException {
    if (sample.tokenIds().length == 0) {
      throw new CorruptDataException(
          "cannot write sample %d of shard %s: no token (must be at least 1)"
              .formatted(samples, path));
    }
    RecordConsumer row = writer.beginRow();
    writeTokenIds(row, sample.tokenIds());
    writeText(row, 1, ShardSchema.SOURCE, sample.source());
    writeText(row, 2, ShardSchema.DOCUMENT_ID, sample.documentId());
    row.startField(ShardSchema.BLOCK, 3);
    row.addInteger(sample.block());
    row.endField(ShardSchema.BLOCK, 3);
    writer.endRow();
    samples++;
    tokens += sample.tokenIds().length;
    sources.merge(sample.source(), 1L, Long::sum);
    inRowGroup++;
    if (inRowGroup == samplesPerRowGroup) {
      endRowGroup();
    }
  }

  private static void writeTokenIds(RecordConsumer row, int[] ids) {
    row.startField(ShardSchema.TOKEN_IDS, 0);
    row.startGroup();
    row.startField("list", 0);
    for (int id : ids) {
      row.startGroup();
      row.startField("element", 0);
      row.addInteger(id);
      row.endField("element", 0);
      row.endGroup();
    }
    row.endField("list", 0);
    row.endGroup();
    row.endField(ShardSchema.TOKEN_IDS, 0);
  }

  private static void writeText(RecordConsumer row, int index, String field, String value) {
    row.startField(field, index);
    row.addBinary(Binary.fromString(value));
    row.endField(field, index);
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
    writer.finish();
    output.close();
    committed = true;
    String sha256 = output.sha256();
    return new ShardEntry(name, output.getPos(), sha256, samples, tokens, rowGroups, sources);
  }

  @Override
  public void close() throws IOException {
    writer.close();
    if (!committed) {
      output.close();
      storage.delete(path);
    }
  }
}
