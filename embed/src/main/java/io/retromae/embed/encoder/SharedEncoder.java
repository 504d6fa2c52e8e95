package io.retromae.embed.encoder;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.training.settings.DeviceSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Encoders of this process: one model for each specification, whatever the number of tasks that use
 * it at once. A model that nobody uses any more is kept for the next task until another one is
 * wanted, so at most one lies idle. A folder whose files have changed since is loaded anew.
 */
public final class SharedEncoder {
  private static final Map<Key, Entry> ENTRIES = new LinkedHashMap<>();

  private SharedEncoder() {}

  /** A specification, and the files it was loaded from. */
  private record Key(EncoderSpec spec, Place place, List<StoredFile> files) {}

  private static final class Entry {
    private final LoadedEncoder loaded;
    private int users;

    Entry(LoadedEncoder loaded) {
      this.loaded = loaded;
    }
  }

  /**
   * An encoder for one thread; several threads may have one each, of the same model.
   *
   * @return close it to give the model back; closing twice does no harm
   * @throws ConfigException if the folder holds no encoder, or the device cannot be had
   */
  public static TextEncoder acquire(Storage storage, EncoderSpec spec) {
    return acquire(storage, spec, Place.here());
  }

  /** The same for a task of Spark, with the GPU that was assigned to it. */
  public static TextEncoder acquire(Storage storage, EncoderSpec spec, List<String> gpuAddresses) {
    return acquire(storage, spec, new Place(gpuAddresses, Place.here().threads()));
  }

  /** The same at a place. */
  public static TextEncoder acquire(Storage storage, EncoderSpec spec, Place place) {
    boolean onCpu = spec.device() == DeviceSetting.CPU; // whatever GPU was assigned
    Place where = onCpu ? new Place(List.of(), place.threads()) : place;
    Key key = new Key(spec, where, storage.allFiles(spec.folder()));
    synchronized (ENTRIES) {
      Entry entry = ENTRIES.get(key);
      if (entry == null) {
        closeIdle(); // before the next is loaded: two need not have room together
        entry = new Entry(LoadedEncoder.load(storage, spec, where));
        ENTRIES.put(key, entry);
      }
      entry.users++;
      return new Lease(key, entry);
    }
  }

  /** Closes the models that nobody uses now. */
  public static void closeIdle() {
    synchronized (ENTRIES) {
      ENTRIES
          .values()
          .removeIf(
              entry -> {
                boolean idle = entry.users == 0;
                if (idle) {
                  entry.loaded.close();
                }
                return idle;
              });
    }
  }

  /** Models in this process, and how many leases there are of them. */
  static int users() {
    synchronized (ENTRIES) {
      return ENTRIES.values().stream().mapToInt(entry -> entry.users).sum();
    }
  }

  static int models() {
    synchronized (ENTRIES) {
      return ENTRIES.size();
    }
  }

  private static final class Lease implements TextEncoder {
    private final Entry entry;
    private final TextEncoder encoder;
    private final AtomicBoolean closed = new AtomicBoolean();

    Lease(Key key, Entry entry) {
      this.entry = entry;
      this.encoder = new WindowEncoder(entry.loaded, key.spec());
    }

    @Override
    public int width() {
      return encoder.width();
    }

    @Override
    public float[][] encode(List<String> texts) {
      refuseClosed();
      return encoder.encode(texts);
    }

    @Override
    public float[][] encodeIds(List<int[]> ids) {
      refuseClosed();
      return encoder.encodeIds(ids);
    }

    private void refuseClosed() {
      if (closed.get()) {
        throw new IllegalStateException("the encoder has been given back");
      }
    }

    @Override
    public void close() {
      if (!closed.getAndSet(true)) {
        synchronized (ENTRIES) {
          entry.users--;
        }
      }
    }
  }
}
