package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.Split;
import io.retromae.etl.source.json.StreamSplitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Damaged files. More of them with {@code -Detl.fuzz.files=1000}, others with {@code
 * -Detl.fuzz.seed=...}.
 */
class SourceFuzzTest {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final int FILES = Integer.getInteger("etl.fuzz.files", 60);
  private static final long SEED = Long.getLong("etl.fuzz.seed", 1);

  /** Whole files to damage; each is damaged often. */
  private static final int SAMPLES = 8;

  private static final Set<SampleKind> DIVIDED =
      EnumSet.of(
          SampleKind.PILE_PLAIN,
          SampleKind.PILE_FRAMES,
          SampleKind.JSONL_PLAIN,
          SampleKind.WUDAO_ONE_LINE,
          SampleKind.WUDAO_PRETTY,
          SampleKind.WUDAO_RECORDS,
          SampleKind.WUDAO_LINES,
          SampleKind.PARQUET);

  @TempDir Path folder;
  private final Map<Integer, byte[]> samples = new HashMap<>();

  private static Random random(int number) {
    return new Random(SEED * 1_000_003 + number);
  }

  @ParameterizedTest
  @EnumSource(SampleKind.class)
  void damagedFilesAddUpAndTheirSplitsAgreeWithTheWhole(SampleKind kind) throws IOException {
    int splits = 0;
    for (int i = 0; i < FILES; i++) {
      Random random = random(i);
      byte[] whole = samples.computeIfAbsent(i % SAMPLES, n -> sample(kind, random));
      byte[] bytes = i % 8 == 0 ? whole : Mutation.of(whole, random);
      FilePart part = kind.store(folder, bytes, (16 + random.nextInt(4000)) / 1048576.0);
      String what = "%s, seed %d, file %d".formatted(kind, SEED, i);
      try {
        splits += checkAgreement(part, what);
      } catch (IOException | RuntimeException e) {
        throw new AssertionError(what, e);
      }
    }
    assertTrue(splits > FILES || !DIVIDED.contains(kind), "no file was divided");
  }

  private byte[] sample(SampleKind kind, Random random) {
    try {
      return kind.bytes(folder, 1 + random.nextInt(40), random);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compares splits and pieces with the whole; returns how many splits there are. */
  private int checkAgreement(FilePart part, String what) throws IOException {
    Reading whole = Reading.of(STORAGE, part);
    List<Split> splits = new SourceFile(STORAGE, part).divide().splits();
    Reading.of(STORAGE, part, splits).assertEqualTo(whole, what + " split");
    if (part.input().format() != Format.PARQUET) {
      Path pieces = Files.createDirectories(folder.resolve("pieces"));
      List<Split> rewritten = StreamSplitter.rewrite(STORAGE, part, pieces.resolve("p").toString());
      Reading.of(STORAGE, part, rewritten).assertEqualTo(whole, what + " rewritten");
      for (Path piece : new ArrayList<>(list(pieces))) {
        Files.delete(piece);
      }
    }
    return splits.size();
  }

  private static List<Path> list(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
