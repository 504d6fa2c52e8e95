package io.retromae.etl.plan;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FileSettings;
import io.retromae.etl.source.InputListing;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.ReaderSettings;
import io.retromae.etl.source.Unread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of all inputs, each looked at.
 *
 * @param files to read, in the order of the inputs
 * @param unread the others, each with a reason
 * @param bad a sentence for each file that is seen to be broken, or of a kind that is not read
 * @param problems what the user has to mend
 */
public record InputFiles(
    List<EtlFile> files, List<Unread> unread, List<String> bad, List<String> problems) {
  /** Bad files that a message names. */
  private static final int NAMED = 50;

  /** Copies. */
  public InputFiles {
    files = List.copyOf(files);
    unread = List.copyOf(unread);
    bad = List.copyOf(bad);
    problems = List.copyOf(problems);
  }

  /** Lists inputs and looks at every file. */
  public static InputFiles find(
      Storage storage, List<InputSettings> inputs, FileSettings settings, ReaderSettings limits) {
    Search search = new Search(settings);
    for (int i = 0; i < inputs.size(); i++) {
      search.list(storage, i, inputs.get(i));
    }
    if (inputs.isEmpty()) {
      search.problems.add("inputs = []: give at least one {path: ..., format: ...}");
    }
    FileChecks checks = FileChecks.of(storage, search.files, limits);
    search.problems.addAll(checks.problems());
    search.problems.addAll(wrongColumns(search.files, checks.errors()));
    List<String> bad = new ArrayList<>();
    for (EtlFile file : search.files) {
      if (checks.errors().containsKey(file.number())) {
        bad.add(checks.errors().get(file.number()).describe(file.path(), 0));
      }
    }
    return new InputFiles(search.files, search.unread, bad, search.problems);
  }

  /** The files of inputs of which nothing may be wrong. */
  public static List<EtlFile> strictly(
      Storage storage, List<InputSettings> inputs, FileSettings settings, ReaderSettings limits) {
    InputFiles found = find(storage, inputs, settings, limits);
    refuse(found.problems());
    found.refuseBad("mend them or leave them out of inputs");
    return found.files();
  }

  /** Refuses a configuration, if there is something to say. */
  public static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /**
   * Refuses files that are seen to be broken.
   *
   * @param mend how to go on
   */
  public void refuseBad(String mend) {
    if (!bad.isEmpty()) {
      List<String> lines = new ArrayList<>(bad.subList(0, Math.min(NAMED, bad.size())));
      if (bad.size() > NAMED) {
        lines.add("and %,d more".formatted(bad.size() - NAMED));
      }
      lines.set(lines.size() - 1, lines.get(lines.size() - 1) + "; " + mend);
      throw new CorruptDataException(lines);
    }
  }

  /** Columns that no file of an input has are a mistake in the configuration. */
  private static List<String> wrongColumns(List<EtlFile> files, Map<Integer, FileError> errors) {
    Map<InputSettings, Boolean> allWrong = new HashMap<>();
    Map<InputSettings, String> first = new HashMap<>();
    for (EtlFile file : files) {
      FileError error = errors.get(file.number());
      boolean wrong = error != null && error.kind().equals(FileError.COLUMNS);
      if (wrong) {
        first.putIfAbsent(file.input(), file.path() + ": " + error.message());
      }
      if (file.size() > 0) {
        allWrong.merge(file.input(), wrong, Boolean::logicalAnd);
      }
    }
    return first.entrySet().stream()
        .filter(entry -> allWrong.get(entry.getKey()))
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }

  /** What was found so far. */
  private static final class Search {
    private final FileSettings settings;
    private final List<EtlFile> files = new ArrayList<>();
    private final List<Unread> unread = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, List<EtlFile>> byPath = new HashMap<>();

    Search(FileSettings settings) {
      this.settings = settings;
    }

    void list(Storage storage, int number, InputSettings input) {
      String setting = "inputs[" + number + "].path";
      try {
        InputListing listing = InputListing.of(storage, setting, input.path(), settings);
        unread.addAll(listing.unread());
        listing.files().forEach(file -> add(number, input, file));
      } catch (ConfigException e) {
        problems.addAll(e.problems());
      }
    }

    private void add(int number, InputSettings input, InputListing.Listed file) {
      EtlFile own =
          new EtlFile(
              files.size(),
              file.path(),
              number + "/" + file.nameInInput(),
              file.size(),
              file.modified(),
              input,
              settings);
      List<EtlFile> before = byPath.computeIfAbsent(file.path(), path -> new ArrayList<>());
      for (EtlFile other : before) {
        if (sameText(other.input(), input)) {
          twice(other, own);
          return;
        }
      }
      before.add(own);
      files.add(own);
    }

    /** Two inputs may read different columns of one file, not the same text twice. */
    private static boolean sameText(InputSettings a, InputSettings b) {
      return a.format() == b.format()
          && a.textColumn().equals(b.textColumn())
          && a.titleColumn().equals(b.titleColumn());
    }

    private void twice(EtlFile first, EtlFile second) {
      InputSettings a = first.input();
      InputSettings b = second.input();
      if (a.source().equals(b.source()) && a.sourceColumn().equals(b.sourceColumn())) {
        unread.add(new Unread(second.path(), Unread.Reason.IN_ANOTHER_INPUT));
      } else {
        problems.add(
            "%s is in two inputs, %s and %s, that give it different sources; make their paths disjoint"
                .formatted(second.path(), a.path(), b.path()));
      }
    }
  }
}
