package io.retromae.embed.job.texts;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.embed.job.VectorManifest;
import io.retromae.embed.vector.VectorBlock;
import io.retromae.embed.vector.VectorColumns;
import io.retromae.embed.vector.VectorFiles;
import io.retromae.embed.vector.VectorIds;
import io.retromae.embed.vector.VectorReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The vectors of a set, made here or recorded, which must be those of its texts.
 *
 * @param storage where they are
 * @param texts of the set
 * @param files of vectors
 */
public record SetVectors(Storage storage, StoredTexts texts, VectorFiles files) {
  /** Where embed writes its formats. */
  private static final List<String> EMBEDDED = List.of("vectors", "npy");

  /** Opens the vectors in a folder. */
  public static SetVectors open(Storage storage, StoredTexts texts, String folder) {
    return new SetVectors(storage, texts, files(storage, folder));
  }

  /**
   * Opens vectors made elsewhere: files in a folder, or what {@code embed} has left there.
   *
   * @throws io.retromae.core.failure.ConfigException if embed has not come to its end there
   */
  public static SetVectors recorded(Storage storage, StoredTexts texts, String folder) {
    return new SetVectors(storage, texts, recordedFiles(storage, folder));
  }

  /** The files of vectors made elsewhere. */
  public static VectorFiles recordedFiles(Storage storage, String folder) {
    for (String format : EMBEDDED) {
      String inner = folder + "/" + format;
      if (!storage.allFiles(inner).isEmpty()) {
        VectorManifest.open(storage, folder);
        return files(storage, inner);
      }
    }
    return files(storage, folder);
  }

  private static VectorFiles files(Storage storage, String folder) {
    try {
      return VectorFiles.open(storage, folder, VectorColumns.DEFAULT);
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static ClusterException unreadable(String path, IOException e) {
    return new ClusterException("%s: cannot be read: %s".formatted(path, e.getMessage()), e);
  }

  /**
   * All vectors in the order of the set's texts; others that are there are passed over.
   *
   * @throws CorruptDataException if some are missing
   */
  public VectorBlock inOrder() {
    Map<String, Integer> places = new HashMap<>();
    try {
      texts.ids(storage, id -> places.put(id, places.size()));
      int rows = places.size();
      float[] values = new float[Math.multiplyExact(rows, files.width())];
      String[] ids = new String[rows];
      try (VectorReader reader = files.read()) {
        for (Optional<VectorBlock> next = reader.next(); next.isPresent(); next = reader.next()) {
          VectorBlock block = next.get();
          for (int i = 0; i < block.size(); i++) {
            Integer place = places.remove(block.ids().get(i));
            if (place != null) {
              ids[place] = block.ids().get(i);
              System.arraycopy(
                  block.values(), i * block.width(), values, place * block.width(), block.width());
            }
          }
        }
      }
      refuseMissing(places.size(), places.keySet().stream().sorted().findFirst());
      return new VectorBlock(List.of(ids), values, files.width());
    } catch (IOException e) {
      throw unreadable(files.path(), e);
    }
  }

  /** The same, [n][D]. */
  public float[][] rowsInOrder() {
    VectorBlock block = inOrder();
    float[][] rows = new float[block.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = block.vector(i);
    }
    return rows;
  }

  /**
   * Ids of the files' rows, which must be the ids of the set's texts, in whatever order.
   *
   * @throws CorruptDataException if there are others, or some are missing
   */
  public VectorIds checkedIds() {
    try {
      VectorIds found = files.ids();
      long[] missing = new long[1];
      String[] first = new String[1];
      texts.ids(
          storage,
          id -> {
            if (found.row(id) < 0) {
              first[0] = missing[0]++ == 0 ? id : first[0];
            }
          });
      refuseMissing(missing[0], Optional.ofNullable(first[0]));
      if (found.size() != texts.count()) {
        throw new CorruptDataException(
            "%s: %,d vectors for %,d documents; those of documents that are not in the corpus would be found"
                .formatted(files.path(), found.size(), texts.count()));
      }
      return found;
    } catch (IOException e) {
      throw unreadable(files.path(), e);
    }
  }

  private void refuseMissing(long missing, Optional<String> first) {
    if (missing > 0) {
      throw new CorruptDataException(
          "%s: no vector for %,d of %,d texts, such as the one with id '%s' (texts and ids: %s)"
              .formatted(
                  files.path(), missing, texts.count(), first.orElseThrow(), texts.folder()));
    }
  }
}
