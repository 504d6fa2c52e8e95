package io.retromae.embed.encoder;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.training.device.DeviceChoice;
import io.retromae.training.libtorch.TorchRuntime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Encoders of this process: one model for each folder and device, whatever the number of tasks that
 * use it at once and of the lengths that they cut texts to. A model that nobody uses any more is
 * kept for the next task until another one is wanted or lies idle too, so at most one does. A
 * folder whose files have changed since is loaded anew.
 */
public final class SharedEncoder {
  private static final Map<Key, Entry> ENTRIES = new LinkedHashMap<>();

  private SharedEncoder() {}

  /**
   * What a loaded model depends on, and nothing else.
   *
   * @param threads that compute on a CPU
   * @param oneToken whether it was packed for poolings of one token; never on a GPU
   * @param files it was loaded from
   */
  record Key(
      String folder, DeviceChoice device, int threads, boolean oneToken, List<StoredFile> files) {
    private boolean onGpu() {
      return device.kind() == DeviceChoice.Kind.CUDA;
    }
  }

  private static final class Entry {
    private final CompletableFuture<LoadedEncoder> loaded = new CompletableFuture<>();
    private int users;
  }

  /**
   * An encoder for one thread; several threads may have one each, of the same model.
   *
   * @return close it to give the model back, from any thread: that waits for what is being encoded;
   *     closing twice does no harm
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
    TorchRuntime.start(place.threads());
    DeviceChoice device = DeviceChoice.here(spec.device(), place.gpuAddresses());
    boolean packed = device.kind() == DeviceChoice.Kind.CPU;
    Key key =
        new Key(
            spec.folder(),
            device,
            place.threads(),
            packed && spec.pooling().oneToken(),
            EncoderFolder.files(storage, spec.folder()));
    return acquire(key, spec, () -> LoadedEncoder.load(storage, spec, device, place.threads()));
  }

  /**
   * The same with a way to load the model. While it is loaded no lock is held: who wants the same
   * model waits, nobody else does.
   */
  static TextEncoder acquire(Key key, EncoderSpec spec, Supplier<LoadedEncoder> load) {
    while (true) {
      Entry entry;
      boolean first;
      synchronized (ENTRIES) {
        entry = ENTRIES.get(key);
        first = entry == null;
        if (first) {
          closeIdle(); // before the next is loaded: two need not have room together
          refuseSecondOnGpu(key);
          entry = new Entry();
          ENTRIES.put(key, entry);
        }
        entry.users++;
      }
      if (first) {
        load(key, entry, load);
        return new Lease(entry, spec);
      }
      if (isLoaded(entry)) {
        return new Lease(entry, spec);
      } // else whoever loaded it failed, perhaps because it was interrupted: try ourselves
    }
  }

  private static void refuseSecondOnGpu(Key key) {
    Optional<Key> other = ENTRIES.keySet().stream().filter(Key::onGpu).findFirst();
    if (key.onGpu() && other.isPresent()) {
      throw new ConfigException(
          "%s: a GPU computes with one model of a process at a time, and another one is in use, %s; embed with one after the other, or set device: cpu for one"
              .formatted(key.folder(), other.get().folder()));
    }
  }

  private static void load(Key key, Entry entry, Supplier<LoadedEncoder> load) {
    try {
      entry.loaded.complete(load.get());
    } catch (RuntimeException | Error e) {
      synchronized (ENTRIES) {
        ENTRIES.remove(key);
      }
      entry.loaded.completeExceptionally(e);
      throw e;
    }
  }

  private static boolean isLoaded(Entry entry) {
    try {
      entry.loaded.join();
      return true;
    } catch (CompletionException e) { // thrown as it is where it was loaded
      return false;
    }
  }

  /** Closes the models that nobody uses now. */
  public static void closeIdle() {
    closeIdleBut(Optional.empty());
  }

  private static void closeIdleBut(Optional<Entry> kept) {
    synchronized (ENTRIES) {
      ENTRIES
          .values()
          .removeIf(
              entry -> {
                boolean closed = entry.users == 0 && !kept.equals(Optional.of(entry));
                if (closed) {
                  entry.loaded.join().close();
                }
                return closed;
              });
    }
  }

  /** How many leases there are. */
  static int users() {
    synchronized (ENTRIES) {
      return ENTRIES.values().stream().mapToInt(entry -> entry.users).sum();
    }
  }

  /** Models in this process, those that are being loaded counted. */
  static int models() {
    synchronized (ENTRIES) {
      return ENTRIES.size();
    }
  }

  /** Spark may close it in one thread while another one encodes, as for rows that Python reads. */
  private static final class Lease implements TextEncoder {
    private final Entry entry;
    private final TextEncoder encoder;
    private boolean closed;

    Lease(Entry entry, EncoderSpec spec) {
      this.entry = entry;
      this.encoder = new WindowEncoder(entry.loaded.join(), spec);
    }

    @Override
    public int width() {
      return encoder.width();
    }

    @Override
    public synchronized float[][] encode(List<String> texts) {
      refuseClosed();
      return encoder.encode(texts);
    }

    @Override
    public synchronized int[] ids(String text) {
      refuseClosed();
      return encoder.ids(text);
    }

    @Override
    public synchronized float[][] encodeIds(List<int[]> ids) {
      refuseClosed();
      return encoder.encodeIds(ids);
    }

    private void refuseClosed() {
      if (closed) {
        throw new IllegalStateException("the encoder has been given back");
      }
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        synchronized (ENTRIES) {
          entry.users--;
          if (entry.users == 0) {
            closeIdleBut(Optional.of(entry));
          }
        }
      }
    }
  }
}
