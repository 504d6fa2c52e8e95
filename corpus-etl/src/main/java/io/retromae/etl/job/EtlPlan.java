package io.retromae.etl.job;

import io.retromae.core.failure.ClusterException;
import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.core.storage.StoredFile;
import io.retromae.core.vocab.TokenizerFolder;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.InputListing;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.RecordReader;
import io.retromae.etl.source.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run will read, found before Spark starts.
 *
 * @param files in the order of the inputs
 * @param skipped hidden files, not read
 * @param vocabulary that will make the ids
 */
public record EtlPlan(List<EtlFile> files, List<String> skipped, Vocabulary vocabulary) {
  /** Files of one input that are listed by name. */
  private static final int LISTED = 20;

  /** Text by compressed bytes: the sample files of the Pile, zstd, 30 MB in 9. */
  private static final double EXPANSION = 3.3;

  private static final List<String> COMPRESSED = List.of(".zst", ".gz", ".bz2", ".xz", ".parquet");

  /**
   * Checks everything that can be checked without a cluster.
   *
   * @throws ConfigException with all that the user has to mend
   */
  public static EtlPlan of(Storage storage, EtlConfig config) {
    List<String> problems = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    List<EtlFile> files = files(storage, config.inputs(), config.reader(), skipped, problems);
    Optional<Vocabulary> vocabulary = Optional.empty();
    try {
      TokenizerFolder.Tokenizer model = TokenizerFolder.open(storage, config.vocab());
      problems.addAll(
          model.rules().differences(config.wordRules(), "set %s or take another vocabulary"));
      vocabulary = Optional.of(model.vocabulary());
    } catch (ConfigException e) {
      problems.add(e.getMessage());
    }
    refuse(problems);
    return new EtlPlan(files, List.copyOf(skipped), vocabulary.orElseThrow());
  }

  /**
   * The files of some inputs, in their order; hidden ones left out.
   *
   * @throws ConfigException naming every input that cannot be read
   */
  static List<EtlFile> files(Storage storage, List<InputSettings> inputs, ReaderSettings limits) {
    List<String> problems = new ArrayList<>();
    List<EtlFile> files = files(storage, inputs, limits, new ArrayList<>(), problems);
    refuse(problems);
    return files;
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new ConfigException(String.join(System.lineSeparator(), problems));
    }
  }

  private static List<EtlFile> files(
      Storage storage,
      List<InputSettings> inputs,
      ReaderSettings limits,
      List<String> skipped,
      List<String> problems) {
    if (inputs.isEmpty()) {
      problems.add("inputs = []: give at least one {path: ..., format: ...}");
    }
    List<EtlFile> files = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      int first = files.size();
      try {
        list(storage, i, inputs.get(i), files, skipped);
      } catch (ConfigException | ClusterException e) {
        problems.add(e.getMessage());
      }
      if (files.size() == first && problems.isEmpty()) {
        problems.add(
            "inputs[%d].path %s: only hidden files match (names beginning with _ or .)"
                .formatted(i, inputs.get(i).path()));
      } else if (files.size() > first) {
        tryToOpen(storage, files.get(first).part(limits, Split.WHOLE)).ifPresent(problems::add);
      }
    }
    return List.copyOf(files);
  }

  /** What is wrong with an input's first file, if it cannot be opened or has other columns. */
  private static Optional<String> tryToOpen(Storage storage, FilePart file) {
    try {
      RecordReader.open(storage, file).close();
      return Optional.empty();
    } catch (ConfigException e) {
      return Optional.of(e.getMessage());
    } catch (IOException e) {
      return Optional.of("%s: cannot be read: %s".formatted(file.path(), e.getMessage()));
    }
  }

  private static void list(
      Storage storage, int number, InputSettings input, List<EtlFile> files, List<String> skipped) {
    String setting = "inputs[" + number + "].path";
    for (StoredFile file : InputListing.list(storage, setting, input.path())) {
      if (file.hidden()) {
        skipped.add(file.path());
      } else {
        String name = number + "/" + InputListing.nameInInput(storage, input.path(), file.path());
        files.add(
            new EtlFile(files.size(), file.path(), name, file.size(), file.modified(), input));
      }
    }
  }

  /** Stored bytes of all inputs. */
  public long bytes() {
    return files.stream().mapToLong(EtlFile::size).sum();
  }

  /**
   * Text to expect in the inputs, in bytes: as stored, or {@value #EXPANSION} times that of
   * compressed files.
   */
  public long textBytes() {
    return Math.round(
        files.stream()
            .mapToDouble(file -> file.size() * (compressed(file.path()) ? EXPANSION : 1))
            .sum());
  }

  private static boolean compressed(String path) {
    return COMPRESSED.stream().anyMatch(path::endsWith);
  }

  /** Tasks that the inputs make at most: one for each split of each file. */
  public int units(EtlConfig config) {
    long split = config.reader().splitBytes();
    long units = files.stream().mapToLong(file -> 1 + file.size() / split).sum();
    return (int) Math.min(Integer.MAX_VALUE, units);
  }

  /** Each input with its files and MB, then each file: what a run would read. */
  public List<String> listing(EtlConfig config) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < config.inputs().size(); i++) {
      InputSettings input = config.inputs().get(i);
      List<EtlFile> own = files.stream().filter(file -> file.input().equals(input)).toList();
      lines.add(
          "inputs[%d] %s, %s: %d files, %.1f MB"
              .formatted(
                  i,
                  input.path(),
                  input.format().toString().toLowerCase(Locale.ROOT),
                  own.size(),
                  own.stream().mapToLong(EtlFile::size).sum() / 1e6));
      own.stream()
          .limit(LISTED)
          .forEach(file -> lines.add("  %10.2f MB  %s".formatted(file.size() / 1e6, file.path())));
      if (own.size() > LISTED) {
        lines.add("  and %d more".formatted(own.size() - LISTED));
      }
    }
    return lines;
  }

  /** Start-up lines. */
  public List<String> describe(EtlConfig config) {
    return List.of(
        "inputs   %d files, %.1f MB; %d hidden files skipped"
            .formatted(files.size(), bytes() / 1e6, skipped.size()),
        "vocab    %s, %,d entries; rows of up to %d tokens, packing %s"
            .formatted(
                config.vocab(),
                vocabulary.size(),
                config.packing().maxSeqLength(),
                config.packing().mode().toString().toLowerCase(Locale.ROOT)));
  }
}
