package io.retromae.etl.dedup;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Holds what several passes read, in executors' memory and disks; given back when closed. */
final class PassStorage implements AutoCloseable {
  private final boolean reliable;
  private final List<Dataset<Row>> kept = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param reliable whether checkpoints go to the context's checkpoint folder
   */
  PassStorage(boolean reliable) {
    this.reliable = reliable;
  }

  /** Computed once, when first needed. */
  Dataset<Row> keep(Dataset<Row> rows) {
    Dataset<Row> stored = rows.persist(StorageLevel.MEMORY_AND_DISK());
    kept.add(stored);
    return stored;
  }

  /** No longer needed, as what follows from it is kept. */
  void release(Dataset<Row> rows) {
    rows.unpersist();
    kept.remove(rows);
  }

  /** Computed now; forgets how. */
  Dataset<Row> checkpoint(Dataset<Row> rows) {
    return reliable ? rows.checkpoint() : rows.localCheckpoint();
  }

  @Override
  public void close() {
    kept.forEach(Dataset::unpersist);
    kept.clear();
  }
}
