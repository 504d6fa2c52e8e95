package io.retromae.embed.job;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.SuccessFile;
import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import io.retromae.spark.Receipts;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The list of a folder's files of vectors, {@code _SUCCESS.json}. Writing it is the commit of the
 * whole job; nothing that it does not name exists for a reader.
 *
 * @param holds {@value #VECTORS}, which tells it from the manifest of a corpus
 * @param formatVersion of this record
 * @param createdBy program and version
 * @param model folder that the vectors were made with
 * @param modelFingerprint its content, wherever it lies
 * @param instruction that stood before each text
 * @param pooling how hidden states became a vector
 * @param normalized whether vectors have length one
 * @param maxLength most tokens of a text, [CLS] and [SEP] counted
 * @param width D
 * @param rows of the folder, each counted once whatever the formats
 * @param absent rows among them whose text was null
 * @param files in the order of the inputs
 * @param lineage inputs, settings, Spark's version; free-form JSON
 */
public record VectorManifest(
    String holds,
    int formatVersion,
    String createdBy,
    String model,
    String modelFingerprint,
    String instruction,
    String pooling,
    boolean normalized,
    int maxLength,
    int width,
    long rows,
    long absent,
    List<VectorFile> files,
    Map<String, Object> lineage) {
  /** What {@code holds} says. */
  static final String VECTORS = "vectors";

  /** The version that this build writes and reads. */
  static final int FORMAT_VERSION = 1;

  private static final Pattern FILE = Pattern.compile("(vectors|npy)/" + FileNames.PLAIN.pattern());

  /** Copies. */
  public VectorManifest {
    files = List.copyOf(files);
    lineage = Map.copyOf(lineage);
  }

  private static SuccessFile file(Storage storage, String folder) {
    return new SuccessFile(storage, folder, VECTORS);
  }

  /** Whether a finished folder of vectors lies there. */
  public static boolean exists(Storage storage, String folder) {
    return file(storage, folder).exists();
  }

  /**
   * Opens a finished folder.
   *
   * @throws ConfigException if it holds no finished vectors
   * @throws io.retromae.core.failure.CorruptDataException if its manifest cannot be read
   */
  public static VectorManifest open(Storage storage, String folder) {
    SuccessFile success = file(storage, folder);
    VectorManifest manifest =
        success
            .read(VectorManifest.class, FORMAT_VERSION, "embed again")
            .orElseThrow(
                () ->
                    new ConfigException(
                        folder
                            + ": holds no finished vectors (no such _SUCCESS.json); run embed to its end"));
    manifest
        .files()
        .forEach(file -> FileNames.checked(success.path(), "files.name", file.name(), FILE));
    return manifest;
  }

  /** Writes it: the commit. */
  void publish(Storage storage, String folder) {
    storage.publish(file(storage, folder).path(), Receipts.toJson(this));
  }
}
