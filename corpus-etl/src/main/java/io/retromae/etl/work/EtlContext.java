package io.retromae.etl.work;

import io.retromae.core.config.ConfigLoader;
import io.retromae.core.shard.Column;
import io.retromae.core.shard.ColumnTable;
import io.retromae.core.storage.Storage;
import io.retromae.etl.plan.EtlConfig;
import io.retromae.spark.Receipts;
import io.retromae.spark.WorkFolder;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * What every task gets: the settings, the storage and where finished work is noted. A receipt is
 * published last, so that work without one does not exist.
 *
 * @param settings the resolved configuration as {@code path=value}
 * @param storage reaches inputs and output
 * @param output qualified corpus folder
 */
public record EtlContext(List<String> settings, Storage storage, String output)
    implements Serializable {
  /** Copies the settings. */
  public EtlContext {
    settings = List.copyOf(settings);
  }

  /** The settings, parsed. */
  public EtlConfig config() {
    return ConfigLoader.load(EtlConfig.class, List.of(), settings).value();
  }

  /** The assignments of settings below a prefix, the prefix left out. */
  public List<String> settingsBelow(String prefix) {
    return ConfigLoader.below(settings, prefix);
  }

  /** Where tasks note what they have finished. */
  public WorkFolder folder() {
    return new WorkFolder(storage, output);
  }

  /** Folder of work that is not finished. */
  public String work() {
    return folder().work();
  }

  /** A file that a receipt tells. */
  public String path(String file) {
    return folder().path(file);
  }

  /** Opens columns of a file that a receipt tells. */
  public ColumnTable.Reader read(String file, List<Column> columns) throws IOException {
    return new ColumnTable.Reader(storage, path(file), columns);
  }

  /** A receipt; empty if the work is not done. */
  public <T extends Receipts.Receipt> Optional<T> receipt(String name, Class<T> type) {
    return folder().receipts().read(name, type);
  }

  /** Publishes a receipt, as {@link Receipts#publish}. */
  public void publishReceipt(String name, Receipts.Receipt receipt) {
    folder().receipts().publish(name, receipt);
  }
}
