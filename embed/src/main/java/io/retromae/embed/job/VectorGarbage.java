package io.retromae.embed.job;

import io.retromae.core.output.Leftovers;
import io.retromae.core.storage.Storage;
import java.util.List;

/**
 * Files of a finished folder of vectors that nothing leads to: those of attempts that were killed,
 * and the work folder.
 */
public final class VectorGarbage {
  private static final List<String> FOLDERS = List.of("vectors", "npy");

  private VectorGarbage() {}

  /**
   * Lists garbage; qualified paths, sorted within each folder.
   *
   * @throws io.retromae.core.failure.ConfigException if the folder holds no finished vectors: what
   *     looks like garbage there may be another run's work; or if a symbolic link lies there
   */
  public static List<String> list(Storage storage, String folder) {
    VectorManifest manifest = VectorManifest.open(storage, folder);
    List<String> named = manifest.files().stream().map(VectorFile::name).toList();
    return Leftovers.list(storage, folder, FOLDERS, named);
  }

  /** Deletes what {@link #list} lists. */
  public static List<String> delete(Storage storage, String folder) {
    List<String> garbage = list(storage, folder);
    Leftovers.delete(storage, folder, garbage);
    return garbage;
  }
}
