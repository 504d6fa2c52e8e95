package io.retromae.finetune.data;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.hash.Sha256;
import io.retromae.core.hash.SplitMix64;
import io.retromae.core.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The usable lines of files of pairs, checked once and packed: any of them can be read at any time,
 * and none is on the heap. The driver packs them and publishes them in the run's folder; workers
 * map what it has published, or a local copy where the folder is elsewhere.
 */
public final class PackedPairs {
  private static final String LOCAL = "file:";
  private static final int COPYING_THREADS = 8;
  private static final String MEND = "; delete the folder and start the run again";

  private final String rules;
  private final List<File> files;

  /**
   * A file's lines.
   *
   * @param source where they were read from
   * @param counts of what was done with its lines
   * @param lines outside the heap, thread-safe; as many as a list can have, at most
   */
  public record File(PairSource source, LineCounts counts, List<PairLine> lines) {}

  private final List<List<PackedPart>> parts;
  private final boolean published;

  private PackedPairs(
      boolean published,
      String rules,
      List<PairSource> sources,
      List<LineCounts> counts,
      List<List<PackedPart>> parts) {
    this.published = published;
    this.rules = rules;
    this.parts = parts;
    this.files =
        IntStream.range(0, sources.size())
            .mapToObj(i -> new File(sources.get(i), counts.get(i), new JoinedLines(parts.get(i))))
            .toList();
  }

  /**
   * Reads, checks and packs files.
   *
   * @param scratch local folder with room for all lines; nothing stays there
   * @throws CorruptDataException if bad lines are to fail and there are some; the first are named
   * @throws IOException if a file cannot be read
   */
  public static PackedPairs pack(
      Storage storage, List<PairSource> sources, PairFile.Rules rules, Path scratch)
      throws IOException {
    return pack(storage, sources, rules, new Scratch(scratch), PairUnit.BYTES);
  }

  static PackedPairs pack(
      Storage storage,
      List<PairSource> sources,
      PairFile.Rules rules,
      Scratch scratch,
      long bytesPerUnit)
      throws IOException {
    PairFile pairs = new PairFile(storage, rules);
    List<Callable<PairUnit.Packed>> work = new ArrayList<>();
    for (PairUnit unit : PairUnit.of(storage, sources, bytesPerUnit)) {
      work.add(() -> unit.pack(storage, pairs, scratch));
    }
    List<LineCounts> counts = new ArrayList<>();
    List<List<PackedPart>> parts = new ArrayList<>();
    sources.forEach(source -> counts.add(new LineCounts()));
    sources.forEach(source -> parts.add(new ArrayList<>()));
    long[] linesBefore = new long[sources.size()];
    int threads = Runtime.getRuntime().availableProcessors();
    for (PairUnit.Packed unit : InOrder.run(threads, work)) {
      counts.get(unit.file()).add(unit.counts(), linesBefore[unit.file()]);
      linesBefore[unit.file()] += unit.lastLine();
      parts.get(unit.file()).addAll(unit.parts());
    }
    LineCounts all = new LineCounts();
    counts.forEach(one -> all.add(one, 0));
    pairs.check(all);
    return new PackedPairs(false, identity(rules), sources, counts, parts);
  }

  /**
   * What a folder holds if these very files gave it by these rules; they are not read again. Empty
   * if a part of it is missing or shortened, too: what can be read anew need not stop a run.
   *
   * @param scratch as for {@link #open}
   */
  public static Optional<PackedPairs> find(
      Storage storage, String folder, List<PairSource> sources, PairFile.Rules rules, Path scratch)
      throws IOException {
    Optional<PackedManifest> found = PackedManifest.read(storage, folder);
    boolean same =
        found.isPresent()
            && found.get().rules().equals(identity(rules))
            && found.get().files().stream()
                .map(PackedManifest.Entry::source)
                .toList()
                .equals(sources);
    if (!same) {
      return Optional.empty();
    }
    try {
      return Optional.of(of(storage, folder, found.get(), scratch));
    } catch (CorruptDataException e) {
      return Optional.empty();
    }
  }

  /**
   * What was published in a folder.
   *
   * @param scratch local folder for a copy, if the folder is not local; nothing stays there
   * @throws CorruptDataException if it does not hold what it should
   * @throws IOException if it cannot be read
   */
  public static PackedPairs open(Storage storage, String folder, Path scratch) throws IOException {
    PackedManifest manifest =
        PackedManifest.read(storage, folder)
            .orElseThrow(
                () ->
                    new CorruptDataException(
                        "%s: no packed pairs; start the run again".formatted(folder)));
    return of(storage, folder, manifest, scratch);
  }

  /** Hashes anew what was published in a folder; number of lines, empty if there is nothing. */
  static OptionalLong verify(Storage storage, String folder) throws IOException {
    Optional<PackedManifest> manifest = PackedManifest.read(storage, folder);
    if (manifest.isEmpty()) {
      return OptionalLong.empty();
    }
    List<String> problems = new ArrayList<>();
    long lines = 0;
    for (PackedManifest.Entry file : manifest.get().files()) {
      lines += file.lines();
      for (PackedManifest.Part part : file.parts()) {
        String path = folder + "/" + part.name();
        try {
          if (!part.extent().isOf(storage, path)) {
            problems.add(path + ": is not as the manifest says" + MEND);
          }
        } catch (FileNotFoundException e) {
          problems.add(path + ": is missing, the manifest lists it" + MEND);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new CorruptDataException(problems);
    }
    return OptionalLong.of(lines);
  }

  private static PackedPairs of(
      Storage storage, String folder, PackedManifest manifest, Path scratch) throws IOException {
    List<Callable<PackedPart>> work = new ArrayList<>();
    for (PackedManifest.Entry file : manifest.files()) {
      for (PackedManifest.Part part : file.parts()) {
        String path = storage.qualify(folder + "/" + part.name());
        work.add(
            () -> {
              try {
                return path.startsWith(LOCAL)
                    ? mapped(path, part.extent())
                    : copied(storage, path, part.extent(), new Scratch(scratch));
              } catch (NoSuchFileException | FileNotFoundException e) {
                throw new CorruptDataException(path + ": is missing; start the run again", e);
              }
            });
      }
    }
    List<PackedPart> all = InOrder.run(COPYING_THREADS, work);
    List<List<PackedPart>> parts = new ArrayList<>();
    int next = 0;
    for (PackedManifest.Entry file : manifest.files()) {
      parts.add(all.subList(next, next + file.parts().size()));
      next += file.parts().size();
    }
    return new PackedPairs(
        true,
        manifest.rules(),
        manifest.files().stream().map(PackedManifest.Entry::source).toList(),
        manifest.files().stream().map(PackedPairs::counts).toList(),
        parts);
  }

  private static LineCounts counts(PackedManifest.Entry file) {
    return LineCounts.of(file.lines(), file.treated(), file.refused(), file.firstRefused());
  }

  private static PackedPart mapped(String path, PackedPart.Extent extent) throws IOException {
    Path local = Path.of(path.substring(LOCAL.length()));
    try (FileChannel file = FileChannel.open(local, StandardOpenOption.READ)) {
      return PackedPart.map(file, extent, path);
    }
  }

  private static PackedPart copied(
      Storage storage, String path, PackedPart.Extent extent, Scratch scratch) throws IOException {
    try (InputStream in = storage.open(path, extent.fileBytes(), Storage.Reading.IN_ORDER);
        FileChannel file = scratch.newFile()) {
      byte[] buffer = new byte[1 << 20];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        scratch.write(file, ByteBuffer.wrap(buffer, 0, n));
      }
      return PackedPart.map(file, extent, path);
    }
  }

  /** Whether they were read from a folder that {@link #publish} has written. */
  boolean isPublished() {
    return published;
  }

  /** All files, in order; those without a usable line, too. */
  public List<File> files() {
    return files;
  }

  /** Tells these lines, in their order, from any others. */
  public String fingerprint() {
    return Sha256.of(
        parts.stream()
            .map(
                file ->
                    file.stream()
                        .map(part -> part.extent().sha256())
                        .collect(Collectors.joining(" ")))
            .collect(Collectors.joining("\n")));
  }

  /** Writes all to a folder, for {@link #open} and {@link #find}. */
  public void publish(Storage storage, String folder) throws IOException {
    List<PackedManifest.Entry> entries = new ArrayList<>();
    List<Callable<Void>> work = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      List<PackedManifest.Part> listed = new ArrayList<>();
      for (PackedPart part : parts.get(i)) {
        String name = String.format(Locale.ROOT, "%06d.pairs", work.size());
        listed.add(new PackedManifest.Part(name, part.extent()));
        work.add(
            () -> {
              try (OutputStream out = storage.createAgain(folder + "/" + name)) {
                part.writeTo(out);
              }
              return null;
            });
      }
      entries.add(entry(files.get(i), listed));
    }
    InOrder.run(COPYING_THREADS, work);
    new PackedManifest(PackedManifest.FORMAT, rules, entries).publish(storage, folder);
  }

  private static PackedManifest.Entry entry(File file, List<PackedManifest.Part> parts) {
    LineCounts counts = file.counts();
    return new PackedManifest.Entry(
        file.source(),
        counts.lines(),
        counts.treated(),
        counts.refused(),
        counts.firstRefused(),
        parts);
  }

  /** All that decides on what a file's lines become. */
  private static String identity(PairFile.Rules rules) {
    long corpus =
        rules.corpus().entrySet().stream()
            .mapToLong(
                e ->
                    SplitMix64.mix(
                        SplitMix64.mix(SplitMix64.hash(e.getKey()))
                            ^ SplitMix64.hash(e.getValue())))
            .sum();
    return String.format(
        Locale.ROOT,
        "%s %s %s %s corpus %d %016x",
        rules.badRecords(),
        rules.needsScores(),
        rules.needsNegatives(),
        rules.columns(),
        rules.corpus().size(),
        corpus);
  }
}
