package io.retromae.embed.search;

import io.retromae.core.storage.Storage;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorPart;
import io.retromae.embed.vector.VectorReader;
import io.retromae.spark.TaskEnd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Consecutive documents of files, read as they are asked for; closed with the task that reads. */
final class DocumentBlocks implements Iterator<DocumentBlock> {
  private final VectorReader reader;
  private long first;
  private Optional<VectorBlock> next;

  DocumentBlocks(Storage storage, List<VectorPart> parts, int width) {
    this.reader = VectorFiles.read(storage, parts, width);
    this.first = parts.get(0).first();
    TaskEnd.closes(reader::close);
    this.next = read();
  }

  private Optional<VectorBlock> read() {
    try {
      return reader.next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean hasNext() {
    return next.isPresent();
  }

  @Override
  public DocumentBlock next() {
    VectorBlock vectors = next.orElseThrow(NoSuchElementException::new);
    DocumentBlock block = new DocumentBlock(first, vectors);
    first += vectors.size();
    next = read();
    return block;
  }
}
