package io.retromae.embed.vector;

import io.retromae.core.storage.Storage;
import java.io.IOException;

/**
 * Row groups of a Parquet file.
 *
 * @param path of the file
 * @param bytes its size
 * @param columns of its ids and vectors
 * @param first number of the first row in the set
 * @param rows how many
 * @param firstGroup number of the first row group
 * @param groups how many
 */
record ParquetPart(
    String path,
    long bytes,
    VectorColumns columns,
    long first,
    long rows,
    int firstGroup,
    int groups)
    implements VectorPart {

  @Override
  public VectorReader open(Storage storage, int width, Absent absent) throws IOException {
    return new ParquetVectorReader(storage, this, width, absent);
  }

  @Override
  public void readIds(Storage storage, IdReceiver receiver) throws IOException {
    try (VectorTable table = VectorTable.open(storage, path, bytes, columns)) {
      for (int group = firstGroup; group < firstGroup + groups; group++) {
        VectorTable.Ids ids = table.readIds(group);
        for (long i = 0; i < table.rows(group); i++) {
          receiver.take(ids.next());
        }
      }
    }
  }
}
