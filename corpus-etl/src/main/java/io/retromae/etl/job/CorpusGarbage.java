package io.retromae.etl.job;

import io.retromae.core.shard.ShardEntry;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Files of a finished corpus that nothing leads to: shards, cleaned documents and quarantined
 * records of attempts that were killed, and the work folder.
 */
public final class CorpusGarbage {
  /** Key in the manifest's lineage of files beside the shards that belong to the corpus. */
  static final String FILES = "files";

  private CorpusGarbage() {}

  /**
   * Lists garbage; qualified paths, sorted within each folder.
   *
   * @throws io.retromae.core.failure.ConfigException if the folder holds no finished corpus: what
   *     looks like garbage there may be another run's work
   */
  public static List<String> list(Storage storage, String corpus) {
    ShardManifest manifest = ShardManifest.open(storage, corpus);
    Set<String> named = new HashSet<>();
    manifest.shards().stream()
        .map(ShardEntry::name)
        .forEach(name -> add(storage, corpus, name, named));
    List<String> garbage = new ArrayList<>();
    if (manifest.lineage().get(FILES) instanceof List<?> files) {
      files.forEach(file -> add(storage, corpus, file.toString(), named));
      garbage.addAll(unnamed(storage, corpus, "cleaned", named));
      garbage.addAll(unnamed(storage, corpus, "quarantine", named));
    } // an early build's manifest does not tell what beside shards belongs to the corpus
    garbage.addAll(unnamed(storage, corpus, "data", named));
    if (storage.exists(corpus + "/_work")) {
      garbage.add(storage.qualify(corpus + "/_work"));
    }
    return garbage;
  }

  private static List<String> unnamed(
      Storage storage, String corpus, String folder, Set<String> named) {
    return storage.list(corpus + "/" + folder).stream()
        .map(StoredFile::path)
        .filter(path -> !named.contains(path))
        .toList();
  }

  private static void add(Storage storage, String corpus, String name, Set<String> named) {
    named.add(storage.qualify(corpus + "/" + name));
  }
}
