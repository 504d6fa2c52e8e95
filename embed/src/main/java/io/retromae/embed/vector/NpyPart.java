package io.retromae.embed.vector;

import io.retromae.core.storage.Storage;
import java.io.IOException;

/**
 * Rows of a {@code .npy} file.
 *
 * @param path of the file
 * @param bytes its size
 * @param header what it begins with
 * @param first number of the first row in the set
 * @param from number of the first row in the file
 * @param rows how many
 * @param ids path of the ids' file
 * @param idsFrom where in it the line of the first row begins
 */
record NpyPart(
    String path,
    long bytes,
    NpyHeader header,
    long first,
    long from,
    long rows,
    String ids,
    long idsFrom)
    implements VectorPart {

  @Override
  public VectorReader open(Storage storage, int width, Absent absent) throws IOException {
    return new NpyVectorReader(storage, this, width);
  }

  @Override
  public void readIds(Storage storage, IdReceiver receiver) throws IOException {
    try (IdsFile file = new IdsFile(storage, ids, idsFrom)) {
      for (long i = 0; i < rows; i++) {
        receiver.take(file.next());
      }
    }
  }
}
