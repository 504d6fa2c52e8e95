package io.retromae.finetune.pairs.job;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.output.Leftovers;
import io.retromae.core.output.ListedFile;
import io.retromae.core.output.SuccessFile;
import io.retromae.core.storage.FileNames;
import io.retromae.core.storage.Storage;
import io.retromae.spark.Receipts;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The list of the data sets of a finished folder of pairs; writing it is the commit.
 *
 * @param holds {@value #PAIRS}, which tells it from other manifests
 * @param formatVersion of this record
 * @param createdBy program and version
 * @param pairs in all data sets
 * @param dataSets by name
 * @param quarantine files of quarantined records
 * @param lineage inputs, settings, Spark's version; free-form JSON
 */
public record PairsManifest(
    String holds,
    int formatVersion,
    String createdBy,
    long pairs,
    List<DataSet> dataSets,
    List<String> quarantine,
    Map<String, Object> lineage) {
  static final String PAIRS = "pairs";
  static final int FORMAT_VERSION = 1;

  private static final List<String> FOLDERS = List.of("data", "quarantine");

  private static final Pattern FILE =
      Pattern.compile("(data|quarantine)/" + FileNames.PLAIN.pattern());

  /** Copies. */
  public PairsManifest {
    dataSets = List.copyOf(dataSets);
    quarantine = List.copyOf(quarantine);
    lineage = Map.copyOf(lineage);
  }

  /**
   * One data set.
   *
   * @param name path of its file within the folder
   * @param source of its documents
   * @param kind of its pairs
   * @param pairs lines of the file
   * @param bytes of the file
   * @param sha256 of the file
   */
  public record DataSet(
      String name, String source, String kind, long pairs, long bytes, String sha256)
      implements Serializable {}

  private static SuccessFile file(Storage storage, String folder) {
    return new SuccessFile(storage, folder, PAIRS);
  }

  /** Whether a finished folder of pairs lies there. */
  public static boolean exists(Storage storage, String folder) {
    return file(storage, folder).exists();
  }

  /**
   * Opens a finished folder; empty if it is none.
   *
   * @throws io.retromae.core.failure.CorruptDataException if its manifest cannot be read
   */
  public static Optional<PairsManifest> open(Storage storage, String folder) {
    SuccessFile file = file(storage, folder);
    Optional<PairsManifest> manifest =
        file.read(PairsManifest.class, FORMAT_VERSION, "make the pairs again");
    manifest.ifPresent(
        one -> one.files().forEach(name -> FileNames.checked(file.path(), "a file", name, FILE)));
    return manifest;
  }

  /**
   * Hashes the data sets of a finished folder anew.
   *
   * @return what the folder holds
   * @throws io.retromae.core.failure.ConfigException if it is none
   * @throws io.retromae.core.failure.CorruptDataException naming every file that is not as listed
   */
  public static PairsManifest verify(Storage storage, String folder) throws IOException {
    PairsManifest manifest = finished(storage, folder);
    List<ListedFile> listed =
        manifest.dataSets().stream()
            .map(set -> new ListedFile(set.name(), set.bytes(), set.sha256()))
            .toList();
    ListedFile.verify(storage, folder, listed, "make the pairs again with --overwrite");
    return manifest;
  }

  /** Files of a finished folder that nothing leads to; see {@link Leftovers}. */
  public static List<String> garbage(Storage storage, String folder) {
    return Leftovers.list(storage, folder, FOLDERS, finished(storage, folder).files());
  }

  private static PairsManifest finished(Storage storage, String folder) {
    return open(storage, folder)
        .orElseThrow(() -> new ConfigException(folder + ": holds no finished pairs"));
  }

  /** Paths within the folder that belong to it. */
  List<String> files() {
    List<String> files = new ArrayList<>(quarantine);
    dataSets.forEach(set -> files.add(set.name()));
    return files;
  }

  /** Writes it: the commit. */
  void publish(Storage storage, String folder) {
    storage.publish(file(storage, folder).path(), Receipts.toJson(this));
  }
}
