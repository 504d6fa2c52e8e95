package io.retromae.finetune.mine;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.Leftovers;
import io.retromae.core.output.ListedFile;
import io.retromae.core.output.SuccessFile;
import io.retromae.core.storage.Storage;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The list of a folder's files of lines, {@code _SUCCESS.json}. Writing it is the commit of the
 * job.
 *
 * @param holds {@value #LINES}
 * @param formatVersion of this record
 * @param createdBy program and version
 * @param model folder that the vectors were made with, or where they are recorded
 * @param modelFingerprint its content, wherever it lies
 * @param files in the order of the inputs
 * @param lineage inputs, settings, Spark's version
 */
public record MiningManifest(
    String holds,
    int formatVersion,
    String createdBy,
    String model,
    String modelFingerprint,
    List<LinesTask.Receipt> files,
    Map<String, Object> lineage) {
  /** What {@code holds} says. */
  static final String LINES = "mined lines";

  static final int FORMAT_VERSION = 1;

  private static SuccessFile file(Storage storage, String folder) {
    return new SuccessFile(storage, folder, LINES);
  }

  /** Whether finished lines lie there. */
  public static boolean exists(Storage storage, String folder) {
    return file(storage, folder).exists();
  }

  /** Opens what {@link #exists}; else empty. */
  static Optional<MiningManifest> open(Storage storage, String folder) {
    return file(storage, folder).read(MiningManifest.class, FORMAT_VERSION, "mine again");
  }

  /**
   * Hashes the files of a finished folder anew.
   *
   * @return number of lines
   * @throws io.retromae.core.failure.ConfigException if it is none
   * @throws io.retromae.core.failure.CorruptDataException naming every file that is not as listed
   */
  public static long verify(Storage storage, String folder) throws IOException {
    List<LinesTask.Receipt> files = finished(storage, folder).files();
    List<ListedFile> listed =
        files.stream()
            .map(file -> new ListedFile(file.name(), file.bytes(), file.sha256()))
            .toList();
    ListedFile.verify(storage, folder, listed, "mine again with --overwrite");
    return files.stream().mapToLong(LinesTask.Receipt::lines).sum();
  }

  /** Files of a finished folder that nothing leads to; see {@link Leftovers}. */
  public static List<String> garbage(Storage storage, String folder) {
    List<String> named =
        finished(storage, folder).files().stream().map(LinesTask.Receipt::name).toList();
    return Leftovers.list(storage, folder, List.of(LinesTask.FOLDER), named);
  }

  private static MiningManifest finished(Storage storage, String folder) {
    return open(storage, folder)
        .orElseThrow(() -> new ConfigException(folder + ": holds no finished mined lines"));
  }

  /** Writes it: the commit. */
  void publish(Storage storage, String folder) {
    storage.publish(file(storage, folder).path(), Receipts.toJson(this));
  }
}
