package io.retromae.finetune.data;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.record.RecordFile;
import io.retromae.core.record.RecordFiles;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All lines that a run trains on. The driver reads what the settings name and publishes it in the
 * run's folder; workers open that.
 *
 * @param sets data sets, in the order of their files
 * @param packed their lines
 * @param unread files that were found there and are not read, or not a second time
 * @param leftOut data sets of weight 0 or too few lines
 * @param evaluated data sets of files that are not trained on
 * @param trainedFiles how many of the files are trained on: the first ones
 */
public record TrainingPairs(
    List<DataSet> sets,
    PackedPairs packed,
    List<String> unread,
    List<String> leftOut,
    List<DataSet> evaluated,
    int trainedFiles) {
  /** Name in a run's folder of what the driver publishes there. */
  public static final String FOLDER = "pairs";

  private static final int NAMES_SHOWN = 20;

  /** For copies without a name, which are gone when the process ends. */
  private static final Path SCRATCH =
      Scratch.place(System.getenv(), Path.of(System.getProperty("java.io.tmpdir")));

  /** Copies the lists. */
  public TrainingPairs {
    sets = List.copyOf(sets);
    unread = List.copyOf(unread);
    leftOut = List.copyOf(leftOut);
    evaluated = List.copyOf(evaluated);
  }

  /**
   * What to read.
   *
   * @param paths files, folders and patterns
   * @param weights of single data sets by name; 0 leaves one out
   * @param smallThreshold lines below which data sets of one folder are joined
   * @param dropThreshold lines below which they are then left out
   */
  public record Sources(
      List<String> paths, Map<String, Double> weights, int smallThreshold, int dropThreshold) {
    private double weight(String path) {
      return weights.getOrDefault(nameOf(path), 1.0);
    }
  }

  /**
   * Reads everything, unless an earlier start has done so.
   *
   * @param run folder of the run
   * @param rules how files are read
   * @param evaluated files, folders and patterns of lines that are not trained on
   * @throws ConfigException if there is nothing to read or a weight is of no data set
   * @throws io.retromae.core.failure.CorruptDataException naming bad lines, if they are to fail
   */
  public static TrainingPairs read(
      Storage storage, String run, PairFile.Rules rules, Sources sources, List<String> evaluated)
      throws IOException {
    List<PairSource> files = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < sources.paths().size(); i++) {
      String setting = "data.train[%d]".formatted(i);
      RecordFiles found = RecordFiles.find(storage, setting, sources.paths().get(i));
      found.unread().stream().filter(path -> !unread.contains(path)).forEach(unread::add);
      for (StoredNode file : found.files()) {
        if (!taken.add(file.path())) {
          unread.add(file.path() + " a second time, by " + setting);
          continue;
        }
        names.add(nameOf(file.path()));
        if (sources.weight(file.path()) == 0) {
          leftOut.add(nameOf(file.path()));
        } else {
          files.add(new PairSource(file.path(), file.size(), file.modified()));
        }
      }
    }
    refuseUnknown(sources.weights(), names);
    int trained = files.size();
    addEvaluated(storage, evaluated, files);
    String folder = run + "/" + FOLDER;
    Optional<PackedPairs> published = PackedPairs.find(storage, folder, files, rules, SCRATCH);
    PackedPairs packed =
        published.isPresent() ? published.get() : PackedPairs.pack(storage, files, rules, SCRATCH);
    return of(packed, trained, sources, unread, leftOut);
  }

  private static void addEvaluated(
      Storage storage, List<String> evaluated, List<PairSource> files) {
    Set<String> known = new HashSet<>();
    files.forEach(file -> known.add(file.path()));
    for (int i = 0; i < evaluated.size(); i++) {
      String setting = "evaluation.data[%d]".formatted(i);
      for (StoredNode file : RecordFiles.find(storage, setting, evaluated.get(i)).files()) {
        if (!known.add(file.path())) {
          throw new ConfigException(
              "%s = %s: %s is read twice, or trained on; evaluate other lines"
                  .formatted(setting, evaluated.get(i), file.path()));
        }
        files.add(new PairSource(file.path(), file.size(), file.modified()));
      }
    }
  }

  /**
   * Opens what the driver has published.
   *
   * @param run folder of the run
   * @param sources as for {@link #read}
   * @param trainedFiles as the driver found
   */
  public static TrainingPairs open(Storage storage, String run, Sources sources, int trainedFiles)
      throws IOException {
    PackedPairs packed = PackedPairs.open(storage, run + "/" + FOLDER, SCRATCH);
    return of(packed, trainedFiles, sources, List.of(), new ArrayList<>());
  }

  /**
   * Writes the lines to the run's folder, unless they were read from it.
   *
   * @param run folder of the run
   */
  public void publish(Storage storage, String run) throws IOException {
    if (!packed.isPublished()) {
      packed.publish(storage, run + "/" + FOLDER);
    }
  }

  /**
   * Hashes anew what a run has published.
   *
   * @param run folder of a run
   * @return number of lines; empty if it has published none, as runs that train on no pairs
   * @throws io.retromae.core.failure.CorruptDataException naming every file that is not as listed
   */
  public static OptionalLong verify(Storage storage, String run) throws IOException {
    return PackedPairs.verify(storage, run + "/" + FOLDER);
  }

  private static TrainingPairs of(
      PackedPairs packed, int trained, Sources sources, List<String> unread, List<String> leftOut) {
    Map<String, List<DataSet>> byFolder = new LinkedHashMap<>();
    for (PackedPairs.File file : packed.files().subList(0, trained)) {
      String path = file.source().path();
      if (file.lines().isEmpty()) {
        leftOut.add(nameOf(path));
        continue;
      }
      DataSet set =
          new DataSet(
              nameOf(path), file.lines(), sources.weight(path), DataSet.hasOwnNegatives(path));
      String folder = path.substring(0, path.lastIndexOf('/'));
      byFolder.computeIfAbsent(folder, f -> new ArrayList<>()).add(set);
    }
    List<DataSet> sets = new ArrayList<>();
    for (List<DataSet> ofFolder : byFolder.values()) {
      DataSet.Folder folder =
          DataSet.joined(ofFolder, sources.smallThreshold(), sources.dropThreshold());
      sets.addAll(folder.kept());
      folder.dropped().forEach(set -> leftOut.add(set.name()));
    }
    if (sets.isEmpty()) {
      throw new ConfigException(
          "data.train = %s: no line to train on; left out: %s".formatted(sources.paths(), leftOut));
    }
    List<DataSet> evaluated = new ArrayList<>();
    for (PackedPairs.File file : packed.files().subList(trained, packed.files().size())) {
      String path = file.source().path();
      if (!file.lines().isEmpty()) {
        evaluated.add(new DataSet(nameOf(path), file.lines(), 1, DataSet.hasOwnNegatives(path)));
      }
    }
    return new TrainingPairs(sets, packed, unread, leftOut, evaluated, trained);
  }

  private static void refuseUnknown(Map<String, Double> weights, TreeSet<String> names) {
    for (String name : new TreeMap<>(weights).keySet()) {
      if (!names.contains(name)) {
        int more = names.size() - NAMES_SHOWN;
        throw new ConfigException(
            "data.source_weights: unknown data set '%s'; data.train has: %s%s"
                .formatted(
                    name,
                    String.join(", ", names.stream().limit(NAMES_SHOWN).toList()),
                    more > 0 ? " and %d more".formatted(more) : ""));
      }
    }
  }

  /** A data set's name: of its file, without folder and endings. */
  static String nameOf(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    for (String ending : RecordFile.COMPRESSED) {
      boolean compressed = name.toLowerCase(Locale.ROOT).endsWith(ending);
      name = compressed ? name.substring(0, name.length() - ending.length()) : name;
    }
    return name.replaceFirst("(?i)\\.(jsonl|ndjson|json|parquet|tsv)$", "");
  }

  /** Tells these data sets and their lines, in their order, from any others. */
  public String fingerprint() {
    StringBuilder all = new StringBuilder(packed.fingerprint());
    for (DataSet set : sets) {
      all.append('\n').append(set.name()).append(' ').append(set.lines().size());
      all.append(' ').append(set.weight()).append(' ').append(set.ownNegatives());
    }
    return Sha256.of(all.toString());
  }

  /** What was done with lines of all files, by reason: refused and treated ones. */
  public Map<String, Long> treatments() {
    Map<String, Long> all = new TreeMap<>();
    for (PackedPairs.File file : packed.files()) {
      LineCounts counts = file.counts();
      counts.treated().forEach((how, times) -> all.merge(how, times, Long::sum));
      counts.refused().forEach((why, times) -> all.merge("refused_" + why, times, Long::sum));
    }
    return all;
  }

  /** Lines to train on, of all data sets. */
  public long lines() {
    return sets.stream().mapToLong(set -> set.lines().size()).sum();
  }
}
