package io.retromae.embed.vector;

import java.io.IOException;
import java.util.Optional;

/** Reads vectors forwards, in blocks. Owns the file that it reads. */
public interface VectorReader extends AutoCloseable {
  /**
   * The next block, of at least one vector; empty at the end.
   *
   * @throws io.retromae.core.failure.CorruptDataException if the file is broken, or a vector is not
   *     as wide as the others, has a value that is no finite number or is null; names the id
   */
  Optional<VectorBlock> next() throws IOException;

  @Override
  void close() throws IOException;
}
