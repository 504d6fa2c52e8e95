package io.retromae.embed.job;

import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Files of a finished folder of vectors that nothing leads to: those of attempts that were killed,
 * and the work folder.
 */
public final class VectorGarbage {
  private static final List<String> FOLDERS = List.of("vectors", "npy");
  private static final String WORK = "_work";

  private VectorGarbage() {}

  /**
   * Lists garbage; qualified paths, sorted within each folder.
   *
   * @throws io.retromae.core.failure.ConfigException if the folder holds no finished vectors: what
   *     looks like garbage there may be another run's work; or if a symbolic link lies there
   */
  public static List<String> list(Storage storage, String folder) {
    VectorManifest manifest = VectorManifest.open(storage, folder);
    List<String> looked = new ArrayList<>(FOLDERS);
    looked.add(WORK);
    new OwnedFolder(storage, folder).refuseLinks(looked);
    Set<String> named = new HashSet<>();
    manifest.files().forEach(file -> named.add(storage.qualify(folder + "/" + file.name())));
    List<String> garbage = new ArrayList<>();
    for (String name : FOLDERS) {
      storage.files(folder + "/" + name).stream()
          .map(StoredFile::path)
          .filter(path -> !named.contains(path))
          .forEach(garbage::add);
    }
    if (storage.exists(folder + "/" + WORK)) {
      garbage.add(storage.qualify(folder + "/" + WORK));
    }
    return garbage;
  }

  /** Deletes what {@link #list} lists. */
  public static List<String> delete(Storage storage, String folder) {
    List<String> garbage = list(storage, folder);
    OwnedFolder owned = new OwnedFolder(storage, folder);
    garbage.forEach(owned::deleteListed);
    return garbage;
  }
}
