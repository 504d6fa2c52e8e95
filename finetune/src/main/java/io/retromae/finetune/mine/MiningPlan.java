package io.retromae.finetune.mine;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.record.RecordFile;
import io.retromae.core.storage.Storage;
import io.retromae.embed.source.InputFile;
import io.retromae.embed.source.InputFiles;
import io.retromae.embed.source.InputFormat;
import io.retromae.embed.source.InputUnit;
import io.retromae.embed.source.InputUnits;
import io.retromae.embed.source.TextInput;
import io.retromae.finetune.data.PairFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a run will do, found before Spark starts: the encoder and its instructions, the files, and
 * what they hold. The same settings and files give the same plan anywhere.
 */
public final class MiningPlan {
  /** The setting that says what bad lines lead to. */
  static final String BAD_RECORDS = "bad_records";

  private static final int LISTED = 20;

  /** What follows another point than one of these belongs to a name. */
  private static final String ENDINGS = "(?i)\\.(jsonl|ndjson|json|parquet|tsv|txt)$";

  private final MiningConfig config;
  private final VectorSource vectors;
  private final List<InputFile> files;
  private final List<String> names;
  private final List<InputFile> poolFiles;
  private final MiningTexts texts;

  private MiningPlan(Storage storage, MiningConfig config) throws IOException {
    this.config = config;
    this.vectors =
        config.model().isPresent()
            ? ModelVectors.open(storage, config)
            : RecordedVectors.open(storage, config);
    this.files =
        InputFiles.find(storage, config.inputs().stream().map(MiningPlan::any).toList()).files();
    this.names = names(files);
    List<InputUnit> pool = List.of();
    if (config.pool().isEmpty()) {
      this.poolFiles = List.of();
    } else {
      InputFiles found = InputFiles.find(storage, config.pool());
      found.files().forEach(MiningPlan::refuseIds);
      this.poolFiles = found.files();
      pool = InputUnits.of(storage, found, Long.MAX_VALUE); // whole, so that records are numbered
    }
    refuseInput(storage);
    if (files.size() > LineKey.MOST_FILES) {
      throw new ConfigException(
          "inputs: %,d files, at most %,d are mined at once"
              .formatted(files.size(), LineKey.MOST_FILES));
    }
    this.texts = new MiningTexts(storage, files, pool, config, vectors.instructions());
    if (texts.queries() == 0) {
      throw new ConfigException(
          "inputs = %s: hold no usable line, so there is nothing to mine for"
              .formatted(config.inputs()));
    }
    if (config.model().isEmpty() && texts.others() > 0) {
      throw new ConfigException(
          "document_vectors: %,d positives of the inputs are not in the pool, so that they have no vector; add them to the pool, or give a model"
              .formatted(texts.others()));
    }
    if (texts.documents() == 0) {
      throw new ConfigException(
          "pool: holds no text, so there is nothing to search; leave it out to search the inputs' own passages");
    }
  }

  /**
   * Makes it; reads all inputs.
   *
   * @throws ConfigException with what the user has to mend: model, inputs
   * @throws io.retromae.core.failure.CorruptDataException if bad lines are to fail and there are
   *     some
   */
  public static MiningPlan of(Storage storage, MiningConfig config) {
    try {
      return new MiningPlan(storage, config);
    } catch (IOException e) {
      throw new ClusterException("the inputs cannot be read: " + e.getMessage(), e);
    }
  }

  /** How files of pairs are read, without texts by id. */
  static PairFile.Rules reading(MiningConfig config) {
    return new PairFile.Rules(config.badRecords(), false, false, config.columns(), Map.of());
  }

  /** A file of pairs tells itself what it holds, whatever its name. */
  private static TextInput any(String path) {
    return new TextInput(path, InputFormat.JSONL, "text", Optional.empty(), Optional.empty());
  }

  private static void refuseIds(InputFile file) {
    if (file.format() == InputFormat.CORPUS) {
      throw new ConfigException(
          "pool: %s: holds token ids, mining needs texts; name the texts it was made of"
              .formatted(file.path()));
    }
  }

  /** Names of the files that are written: those of the inputs, as JSON lines, compressed alike. */
  private static List<String> names(List<InputFile> files) {
    Map<String, String> taken = new HashMap<>();
    List<String> names = new ArrayList<>();
    for (InputFile file : files) {
      String name = file.name();
      String compression =
          RecordFile.COMPRESSED.stream().filter(name::endsWith).findFirst().orElse("");
      String plain = name.substring(0, name.length() - compression.length());
      names.add(plain.replaceFirst(ENDINGS, "") + ".jsonl" + compression);
      String other = taken.put(names.get(names.size() - 1), file.path());
      if (other != null) {
        throw new ConfigException(
            "inputs: %s and %s would both be written as %s; rename one, or name the folder above both"
                .formatted(other, file.path(), names.get(names.size() - 1)));
      }
    }
    return names;
  }

  private void refuseInput(Storage storage) {
    String output = storage.qualify(config.output()) + "/";
    List<String> problems = new ArrayList<>();
    Stream.concat(files.stream(), poolFiles.stream())
        .filter(file -> file.path().startsWith(output))
        .findFirst()
        .ifPresent(
            file ->
                problems.add(
                    "output = %s: the input %s lies in it; choose another folder"
                        .formatted(config.output(), file.path())));
    Stream.of(config.inputs(), config.pool().stream().map(TextInput::path).toList())
        .flatMap(List::stream)
        .filter(input -> output.startsWith(storage.qualify(input) + "/"))
        .findFirst()
        .ifPresent(
            input ->
                problems.add(
                    "output = %s: lies in the input %s, which would hold other files then; choose another folder"
                        .formatted(config.output(), input)));
    for (String folder : vectors.folders()) {
      if (output.startsWith(folder + "/")) {
        problems.add(
            "output = %s: lies in %s, a folder that is read; choose another"
                .formatted(config.output(), folder));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** The settings. */
  public MiningConfig config() {
    return config;
  }

  VectorSource vectors() {
    return vectors;
  }

  /** Files of pairs. */
  List<InputFile> files() {
    return files;
  }

  /** For each file of pairs, the name of what is written, within its folder. */
  List<String> names() {
    return names;
  }

  MiningTexts texts() {
    return texts;
  }

  /** About how much there is to compute, and to hold. */
  public MiningEstimate estimate() {
    return MiningEstimate.of(this);
  }

  /** The files, some of them. */
  public List<String> listing() {
    List<String> lines = new ArrayList<>();
    List<InputFile> all = Stream.concat(files.stream(), poolFiles.stream()).toList();
    for (InputFile file : all.subList(0, Math.min(LISTED, all.size()))) {
      String part = file.number() < files.size() && files.contains(file) ? "pairs" : "pool";
      lines.add("%s  %s, %,d bytes".formatted(file.path(), part, file.size()));
    }
    if (all.size() > LISTED) {
      lines.add("and %,d more".formatted(all.size() - LISTED));
    }
    return lines;
  }

  /** Start-up lines. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>(vectors.describe());
    lines.add(
        "inputs   %,d lines of %,d files, %,d different queries"
            .formatted(texts.counts().lines(), files.size(), texts.queries()));
    lines.add(
        "search   %,d different documents%s"
            .formatted(
                texts.documents(),
                poolFiles.isEmpty()
                    ? ", all passages of the inputs"
                    : " of the pool; %,d positives are not among them".formatted(texts.others())));
    texts.counts().treated().forEach((how, times) -> lines.add("%s: %,d".formatted(how, times)));
    texts
        .counts()
        .refused()
        .forEach((why, times) -> lines.add("left out, %s: %,d".formatted(why, times)));
    return lines;
  }
}
