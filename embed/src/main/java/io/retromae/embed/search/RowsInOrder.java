package io.retromae.embed.search;

import io.retromae.core.storage.Storage;
import io.retromae.embed.vector.VectorPart;
import java.util.List;

/** Some of consecutive rows, asked for in their order; holds a block at a time. For one task. */
final class RowsInOrder {
  private final DocumentBlocks blocks;
  private DocumentBlock block;

  /** Closed with the task. */
  RowsInOrder(Storage storage, List<VectorPart> parts, int width) {
    this.blocks = new DocumentBlocks(storage, parts, width);
  }

  /** The vector of a row, which does not lie before the one asked for last. */
  float[] vector(long row) {
    while (block == null || row >= block.first() + block.vectors().size()) {
      block = blocks.next();
    }
    return block.vectors().vector(Math.toIntExact(row - block.first()));
  }
}
