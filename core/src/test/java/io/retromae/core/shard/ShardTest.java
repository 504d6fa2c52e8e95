package io.retromae.core.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.core.vocab.WordRules;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {
  @TempDir Path corpus;
  private final Storage storage = new Storage(new Configuration());

  private static List<Sample> samples(int count) {
    Random random = new Random(1);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] ids = random.ints(1 + random.nextInt(700), 0, 30_522).toArray();
      String source = i % 3 == 0 ? "wudao/百科" : "pile/Wikipedia (en)";
      samples.add(new Sample(ids, source, "%032x".formatted(i), i % 5));
    }
    return samples;
  }

  private ShardEntry write(String name, List<Sample> samples) throws IOException {
    Map<String, String> metadata = Map.of("retromae.format", "1");
    try (ShardWriter writer = new ShardWriter(storage, corpus.toString(), name, 64, metadata)) {
      for (Sample sample : samples) {
        writer.append(sample);
      }
      return writer.commit();
    }
  }

  private ShardManifest manifest(List<ShardEntry> shards) {
    long samples = shards.stream().mapToLong(ShardEntry::samples).sum();
    return new ShardManifest(
        1,
        "test",
        "ab",
        30_522,
        true,
        true,
        true,
        512,
        42,
        samples,
        0,
        shards,
        List.of(),
        Map.of("inputs", List.of("a")));
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    List<Sample> samples = samples(200);

    ShardEntry entry = write("data/0.parquet", samples);

    assertEquals(List.of(64, 64, 64, 8), entry.rowGroups());
    assertEquals(Map.of("wudao/百科", 67L, "pile/Wikipedia (en)", 133L), entry.sources());
    int row = 0;
    try (ShardReader reader = ShardReader.open(storage, corpus.toString(), entry)) {
      for (int group = 0; group < 4; group++) {
        int[][] ids = reader.readTokenIds(group);
        String[] sources = reader.readSources(group);
        List<Sample> whole = reader.readSamples(group);
        for (int i = 0; i < ids.length; i++, row++) {
          Sample want = samples.get(row);
          assertArrayEquals(want.tokenIds(), ids[i]);
          assertArrayEquals(want.tokenIds(), whole.get(i).tokenIds());
          assertEquals(want.source(), sources[i]);
          assertEquals(want.source(), whole.get(i).source());
          assertEquals(want.documentId(), whole.get(i).documentId());
          assertEquals(want.block(), whole.get(i).block());
        }
      }
    }
    assertEquals(200, row);
    ShardReader.verify(storage, corpus.toString(), entry);
  }

  @Test
  void columnsThatAreNotAskedForAreNotRead() throws IOException {
    ShardEntry entry = write("data/0.parquet", samples(200));
    Path file = corpus.resolve(entry.name());
    byte[] bytes = Files.readAllBytes(file);
    ColumnMetaData documents = footer(bytes).getRow_groups().get(1).getColumns().get(2).meta_data;
    int begin =
        (int)
            (documents.isSetDictionary_page_offset()
                ? documents.getDictionary_page_offset()
                : documents.getData_page_offset());
    Arrays.fill(bytes, begin, begin + (int) documents.getTotal_compressed_size(), (byte) 0);
    Files.write(file, bytes);

    try (ShardReader reader = ShardReader.open(storage, corpus.toString(), entry)) {
      assertEquals(64, reader.readTokenIds(1).length);
      assertEquals(64, reader.readSources(1).length);
      assertThrows(CorruptDataException.class, () -> reader.readSamples(1));
    }
  }

  @Test
  void equalSamplesGiveEqualBytes() throws IOException {
    ShardEntry one = write("data/1.parquet", samples(150));
    ShardEntry two = write("data/2.parquet", samples(150));

    assertEquals(one.sha256(), two.sha256());
    assertNotEquals(one.sha256(), write("data/3.parquet", samples(151)).sha256());
  }

  /** Parquet's own order comes from identity hashes and differs from one JVM to the next. */
  @Test
  void encodingsInTheFooterAreInOrder() throws IOException {
    ShardEntry entry = write("data/0.parquet", samples(150));

    FileMetaData footer = footer(Files.readAllBytes(corpus.resolve(entry.name())));

    footer.getRow_groups().stream()
        .flatMap(group -> group.getColumns().stream())
        .map(column -> column.getMeta_data().getEncodings())
        .forEach(
            encodings ->
                assertEquals(
                    encodings.stream().sorted(Comparator.comparing(Encoding::getValue)).toList(),
                    encodings));
  }

  private static FileMetaData footer(byte[] bytes) throws IOException {
    int end = bytes.length - 8;
    int length = ByteBuffer.wrap(bytes, end, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
    return Util.readFileMetaData(new ByteArrayInputStream(bytes, end - length, length));
  }

  @Test
  void aShardClosedWithoutCommitLeavesNoFile() throws IOException {
    try (ShardWriter writer =
        new ShardWriter(storage, corpus.toString(), "data/x.parquet", 64, Map.of())) {
      writer.append(samples(1).get(0));
    }

    assertFalse(Files.exists(corpus.resolve("data/x.parquet")));
  }

  @Test
  void anEmptySampleIsRefused() throws IOException {
    try (ShardWriter writer =
        new ShardWriter(storage, corpus.toString(), "data/x.parquet", 64, Map.of())) {
      Sample empty = new Sample(new int[0], "s", "d", 0);

      var refusal = assertThrows(CorruptDataException.class, () -> writer.append(empty));
      assertTrue(refusal.getMessage().contains("no token"), refusal.getMessage());
    }
  }

  @Test
  void aFlippedByteIsFoundByItsHashAndByItsPage() throws IOException {
    ShardEntry entry = write("data/0.parquet", samples(64));
    Path file = corpus.resolve("data/0.parquet");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 3] ^= 4;
    Files.write(file, bytes);

    var byHash =
        assertThrows(
            CorruptDataException.class,
            () -> ShardReader.verify(storage, corpus.toString(), entry));
    assertTrue(byHash.getMessage().contains("data/0.parquet: SHA-256 differs"));
    try (ShardReader reader = ShardReader.open(storage, corpus.toString(), entry)) {
      assertThrows(CorruptDataException.class, () -> reader.readTokenIds(0));
    }
  }

  @Test
  void aTruncatedOrMissingShardIsNamed() throws IOException {
    ShardEntry entry = write("data/0.parquet", samples(64));
    Path file = corpus.resolve("data/0.parquet");
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 1000));

    var cut =
        assertThrows(
            CorruptDataException.class, () -> ShardReader.open(storage, corpus.toString(), entry));
    assertTrue(cut.getMessage().contains("1,000 bytes"), cut.getMessage());
    Files.delete(file);
    var missing =
        assertThrows(
            CorruptDataException.class, () -> ShardReader.open(storage, corpus.toString(), entry));
    assertTrue(missing.getMessage().contains("is missing"), missing.getMessage());
  }

  @Test
  void theManifestIsReadBackThroughItsCommit() throws IOException {
    ShardManifest manifest = manifest(List.of(write("data/0.parquet", samples(70))));

    manifest.publish(storage, corpus.toString());

    assertEquals(manifest, ShardManifest.open(storage, corpus.toString()));
  }

  @Test
  void aManifestOfAnEarlyBuildMeansBertsWordRules() throws IOException {
    manifest(List.of(write("data/0.parquet", samples(3)))).publish(storage, corpus.toString());
    Path file = corpus.resolve("_manifest.json.1");
    List<String> lines =
        Files.readAllLines(file).stream()
            .filter(line -> !line.contains("stripAccents") && !line.contains("tokenizeChinese"))
            .map(line -> line.replace("\"lowerCase\" : true", "\"lowerCase\" : false"))
            .toList();
    Files.write(file, lines);

    WordRules rules = ShardManifest.open(storage, corpus.toString()).wordRules();

    assertEquals(WordRules.bert(false), rules);
  }

  @Test
  void aFolderWithoutCommitIsNoCorpus() throws IOException {
    write("data/0.parquet", samples(3));

    var refusal =
        assertThrows(ConfigException.class, () -> ShardManifest.open(storage, corpus.toString()));

    assertTrue(refusal.getMessage().contains("no finished corpus"), refusal.getMessage());
  }

  @Test
  void anUnknownFormatVersionIsRefused() throws IOException {
    manifest(List.of(write("data/0.parquet", samples(3)))).publish(storage, corpus.toString());
    Path file = corpus.resolve("_manifest.json.1");
    Files.writeString(
        file, Files.readString(file).replace("\"formatVersion\" : 1", "\"formatVersion\" : 9"));

    var refusal =
        assertThrows(
            CorruptDataException.class, () -> ShardManifest.open(storage, corpus.toString()));

    assertTrue(refusal.getMessage().contains("format version 9"), refusal.getMessage());
  }

  @Test
  void aManifestThatDoesNotAddUpIsRefused() throws IOException {
    manifest(List.of(write("data/0.parquet", samples(3)))).publish(storage, corpus.toString());
    Path file = corpus.resolve("_manifest.json.1");
    Files.writeString(
        file, Files.readString(file).replaceFirst("\"samples\" : 3", "\"samples\" : 4"));

    var refusal =
        assertThrows(
            CorruptDataException.class, () -> ShardManifest.open(storage, corpus.toString()));

    assertTrue(refusal.getMessage().contains("manifest of 4 samples"), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../_manifest.json.1", "/_manifest.json.1", "x/_manifest.json.1", ""})
  void aCommitThatNamesAnotherFileIsRefused(String name) throws IOException {
    manifest(List.of(write("data/0.parquet", samples(3)))).publish(storage, corpus.toString());
    Files.writeString(corpus.resolve("_SUCCESS.json"), "{\"manifest\": \"%s\"}".formatted(name));

    var failure =
        assertThrows(
            CorruptDataException.class, () -> ShardManifest.open(storage, corpus.toString()));

    assertTrue(
        failure.getMessage().contains("/_SUCCESS.json: manifest is '" + name + "'"),
        failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../data/0.parquet", "/data/0.parquet", "0.parquet", "data/../0.parquet",
        "data/x/0.parquet", "data/.parquet", "data/*.parquet", "_work/0.parquet"
      })
  void aManifestThatNamesOtherFilesIsRefused(String name) throws IOException {
    manifest(List.of(write("data/0.parquet", samples(3)))).publish(storage, corpus.toString());
    Path manifest = corpus.resolve("_manifest.json.1");
    Files.writeString(
        manifest, Files.readString(manifest).replace("\"data/0.parquet\"", "\"" + name + "\""));

    var failure =
        assertThrows(
            CorruptDataException.class, () -> ShardManifest.open(storage, corpus.toString()));

    assertTrue(
        failure.getMessage().contains("/_manifest.json.1: shards.name is '" + name + "'"),
        failure.getMessage());
  }
}
