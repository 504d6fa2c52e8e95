package io.retromae.core.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retromae.core.shard.ParquetRows;
import java.io.IOException;
import java.util.Optional;

/** Rows of a Parquet file. */
final class ParquetRecords implements Records {
  private final ParquetRows rows;
  private long number;

  /**
   * Rows.
   *
   * @param before rows of the file that lie before them
   */
  ParquetRecords(ParquetRows rows, long before) {
    this.rows = rows;
    this.number = before;
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public Optional<ObjectNode> next() throws IOException {
    Optional<ObjectNode> row = rows.next();
    number += row.isPresent() ? 1 : 0;
    return row;
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
