package io.retromae.etl.job;

import io.retromae.core.output.Leftovers;
import io.retromae.core.shard.ShardManifest;
import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import java.util.ArrayList;
import java.util.List;
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
    List<String> named = new ArrayList<>();
    manifest.shards().forEach(shard -> named.add(shard.name()));
    List<String> within = List.of("data");
    if (manifest.lineage().get(FILES) instanceof List<?> files) {
      files.forEach(file -> named.add(checked(corpus, file)));
      within = List.of("cleaned", "quarantine", "data");
    } // an early build's manifest does not tell what beside shards belongs to the corpus
    return Leftovers.list(storage, corpus, within, named);
  }

  /** Deletes what {@link #list} lists. */
  public static List<String> delete(Storage storage, String corpus) {
    List<String> garbage = list(storage, corpus);
    Leftovers.delete(storage, corpus, garbage);
    return garbage;
  }

  private static String checked(String corpus, Object file) {
    return FileNames.checked(
        corpus + "/_SUCCESS.json", "lineage.files", String.valueOf(file), FILE);
  }
}
