package io.retromae.etl.plan;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.TokenizerFolder;
import io.retromae.core.vocab.Vocabulary;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.Unread;
import io.retromae.etl.source.compression.Compression;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a run will read, found before Spark starts.
 *
 * @param files in the order of the inputs
 * @param unread what lies beside them, each with a reason
 * @param bad a sentence for each file that is seen to be broken, or of a kind that is not read
 * @param vocabulary that will make the ids
 */
public record EtlPlan(
    List<EtlFile> files, List<Unread> unread, List<String> bad, Vocabulary vocabulary) {
  /** Files of one input, or beside them, that are listed by name. */
  private static final int LISTED = 20;

  /** Text by compressed bytes: the sample files of the Pile, zstd, 30 MB in 9. */
  private static final double EXPANSION = 3.3;

  /**
   * Checks everything that can be checked without a cluster.
   *
   * @throws ConfigException with all that the user has to mend
   * @throws io.retromae.core.failure.CorruptDataException in strict mode, naming all files that are
   *     seen to be broken
   */
  public static EtlPlan of(Storage storage, EtlConfig config) {
    InputFiles inputs = InputFiles.find(storage, config.inputs(), config.files(), config.reader());
    List<String> problems = new ArrayList<>(inputs.problems());
    Optional<Vocabulary> vocabulary = Optional.empty();
    try {
      TokenizerFolder.Tokenizer model = TokenizerFolder.open(storage, config.vocab());
      problems.addAll(
          model.rules().differences(config.wordRules(), "set %s or take another vocabulary"));
      vocabulary = Optional.of(model.vocabulary());
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    InputFiles.refuse(problems);
    if (config.onBadFile() == EtlConfig.OnBadFile.STRICT) {
      inputs.refuseBad("on_bad_file: salvage lists such files and reads the others");
    }
    return new EtlPlan(inputs.files(), inputs.unread(), inputs.bad(), vocabulary.orElseThrow());
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
        files.stream().mapToDouble(file -> file.size() * (compressed(file) ? EXPANSION : 1)).sum());
  }

  private static boolean compressed(EtlFile file) {
    return file.input().format().compresses() || Compression.of(file.path()).compresses();
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
    List<String> lines = new ArrayList<>();
    long empty = files.stream().filter(file -> file.size() == 0).count();
    lines.add(
        "inputs   %,d files, %.1f MB%s; %s"
            .formatted(
                files.size(),
                bytes() / 1e6,
                empty == 0 ? "" : ", %,d of them empty".formatted(empty),
                unread.isEmpty() ? "nothing else there" : "not read: " + reasons()));
    unread.stream().limit(LISTED).forEach(file -> lines.add("  not read " + file.describe()));
    if (unread.size() > LISTED) {
      lines.add("  and %,d more, in report/report.json".formatted(unread.size() - LISTED));
    }
    lines.add(
        "vocab    %s, %,d entries; rows of up to %d tokens, packing %s"
            .formatted(
                config.vocab(),
                vocabulary.size(),
                config.packing().maxSeqLength(),
                config.packing().mode().toString().toLowerCase(Locale.ROOT)));
    bad.stream().limit(LISTED).forEach(file -> lines.add("bad file " + file));
    return lines;
  }

  private String reasons() {
    Map<Unread.Reason, Long> counts = new EnumMap<>(Unread.Reason.class);
    unread.forEach(file -> counts.merge(file.reason(), 1L, Long::sum));
    List<String> texts = new ArrayList<>();
    counts.forEach((reason, count) -> texts.add("%,d %s".formatted(count, reason.words())));
    return String.join(", ", texts);
  }
}
