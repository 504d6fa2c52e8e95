package io.retromae.embed.vector;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Parts one after the other; has one open at a time. */
final class PartsReader implements VectorReader {
  private final Storage storage;
  private final Iterator<VectorPart> parts;
  private final int width;
  private final Absent absent;
  private Optional<VectorReader> open = Optional.empty();

  PartsReader(Storage storage, List<VectorPart> parts, int width, Absent absent) {
    this.storage = storage;
    this.parts = parts.iterator();
    this.width = width;
    this.absent = absent;
  }

  @Override
  public Optional<VectorBlock> next() throws IOException {
    while (true) {
      if (open.isPresent()) {
        Optional<VectorBlock> block = open.get().next();
        if (block.isPresent()) {
          return block;
        }
        close();
      }
      if (!parts.hasNext()) {
        return Optional.empty();
      }
      open = Optional.of(parts.next().open(storage, width, absent));
    }
  }

  @Override
  public void close() throws IOException {
    if (open.isPresent()) {
      open.get().close();
      open = Optional.empty();
    }
  }
}
