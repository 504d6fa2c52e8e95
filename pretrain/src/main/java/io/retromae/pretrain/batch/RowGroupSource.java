package io.retromae.pretrain.batch;

import java.io.IOException;

/** Reads row groups by their index over all shards. */
interface RowGroupSource extends AutoCloseable {
  /** The token ids of every sample of a row group. */
  int[][] read(int rowGroup) throws IOException;

  /** The source of every sample of a row group. */
  String[] sources(int rowGroup) throws IOException;

  @Override
  void close() throws IOException;
}
