package io.retromae.finetune.mine;

import io.retromae.core.output.SuccessFile;
import io.retromae.core.storage.Storage;
import io.retromae.spark.Receipts;
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

  /** Writes it: the commit. */
  void publish(Storage storage, String folder) {
    storage.publish(file(storage, folder).path(), Receipts.toJson(this));
  }
}
