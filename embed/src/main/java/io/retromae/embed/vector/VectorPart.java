package io.retromae.embed.vector;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.io.Serializable;

/** Consecutive rows of one file of vectors: what a task reads. */
public sealed interface VectorPart extends Serializable permits ParquetPart, NpyPart {
  /** Qualified path of the file. */
  String path();

  /** Number of the first row, counted over all files of the set. */
  long first();

  /** Number of rows. */
  long rows();

  /** Reads the rows; {@code width} is what all of the set have, 0 if that is not known yet. */
  VectorReader open(Storage storage, int width, Absent absent) throws IOException;

  /** Reads the ids of the rows, and nothing else. */
  void readIds(Storage storage, IdReceiver receiver) throws IOException;

  /** Takes ids in order. */
  interface IdReceiver {
    /** Takes one. */
    void take(String id);
  }
}
