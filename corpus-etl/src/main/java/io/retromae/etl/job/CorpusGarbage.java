package io.retromae.etl.job;

import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.OwnedFolder;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Files of a finished corpus that nothing leads to: shards, cleaned documents and quarantined
 * records of attempts that were killed, and the work folder.
 */
public final class CorpusGarbage {
  /** Key in the manifest's lineage of files beside the shards that belong to the corpus. */
  static final String FILES = "files";

  private static final Pattern FILE =
      Pattern.compile("(cleaned|quarantine)/" + FileNames.PLAIN.pattern());

  private static final List<String> FOLDERS = List.of("data", "cleaned", "quarantine", "_work");

  private CorpusGarbage() {}

  /**
   * Lists garbage; qualified paths, sorted within each folder.
   *
   * @throws io.retromae.core.failure.ConfigException if the folder holds no finished corpus: what
   *     looks like garbage there may be another run's work; or if a symbolic link leads to what is
   *     looked at
   * @throws io.retromae.core.failure.CorruptDataException if the manifest names files that are no
   *     such
   */
  public static List<String> list(Storage storage, String corpus) {
    ShardManifest manifest = ShardManifest.open(storage, corpus);
    new OwnedFolder(storage, corpus).refuseLinks(FOLDERS);
    Set<String> named = new HashSet<>();
    manifest.shards().stream()
        .map(ShardEntry::name)
        .forEach(name -> add(storage, corpus, name, named));
    List<String> garbage = new ArrayList<>();
    if (manifest.lineage().get(FILES) instanceof List<?> files) {
      files.forEach(file -> add(storage, corpus, checked(corpus, file), named));
      garbage.addAll(unnamed(storage, corpus, "cleaned", named));
      garbage.addAll(unnamed(storage, corpus, "quarantine", named));
    } // an early build's manifest does not tell what beside shards belongs to the corpus
    garbage.addAll(unnamed(storage, corpus, "data", named));
    if (storage.exists(corpus + "/_work")) {
      garbage.add(storage.qualify(corpus + "/_work"));
    }
    return garbage;
  }

  /** Deletes what {@link #list} lists. */
  public static List<String> delete(Storage storage, String corpus) {
    List<String> garbage = list(storage, corpus);
    OwnedFolder folder = new OwnedFolder(storage, corpus);
    garbage.forEach(folder::deleteListed);
    return garbage;
  }

  private static String checked(String corpus, Object file) {
    return FileNames.checked(
        corpus + "/_SUCCESS.json", "lineage.files", String.valueOf(file), FILE);
  }

  private static List<String> unnamed(
      Storage storage, String corpus, String folder, Set<String> named) {
    return storage.files(corpus + "/" + folder).stream()
        .map(StoredFile::path)
        .filter(path -> !named.contains(path))
        .toList();
  }

  private static void add(Storage storage, String corpus, String name, Set<String> named) {
    named.add(storage.qualify(corpus + "/" + name));
  }
}
