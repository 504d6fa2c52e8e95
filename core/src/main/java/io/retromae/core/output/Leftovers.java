package io.retromae.core.output;

import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Files of a finished result that nothing leads to: those of attempts that were killed, and the
 * work folder.
 */
public final class Leftovers {
  /** Folder of work that is not finished. */
  private static final String WORK = "_work";

  private Leftovers() {}

  /**
   * Lists them; qualified paths, sorted within each folder.
   *
   * @param folder of a result that is finished: elsewhere they may be another run's work
   * @param within folders in it that hold, with all folders below, nothing but files of the result
   * @param named files of the result, as paths within the folder
   * @throws io.retromae.core.failure.ConfigException if a symbolic link lies there
   */
  public static List<String> list(
      Storage storage, String folder, List<String> within, Collection<String> named) {
    List<String> looked = new ArrayList<>(within);
    looked.add(WORK);
    new OwnedFolder(storage, folder).refuseLinks(looked);
    Set<String> kept = new HashSet<>();
    named.forEach(name -> kept.add(storage.qualify(folder + "/" + name)));
    List<String> leftovers = new ArrayList<>();
    for (String name : within) {
      storage.allFiles(folder + "/" + name).stream()
          .map(StoredFile::path)
          .filter(path -> !kept.contains(path))
          .forEach(leftovers::add);
    }
    if (storage.exists(folder + "/" + WORK)) {
      leftovers.add(storage.qualify(folder + "/" + WORK));
    }
    return leftovers;
  }

  /** Deletes what {@link #list} has listed. */
  public static void delete(Storage storage, String folder, List<String> leftovers) {
    OwnedFolder owned = new OwnedFolder(storage, folder);
    leftovers.forEach(owned::deleteListed);
  }
}
