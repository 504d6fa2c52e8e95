package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.Document;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import io.retromae.etl.source.PartitionFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionFolderTest {
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "file:/t/lang=en/part-0.parquet, en",
    "file:/t/lang=en/dt=2020-01-01/part-0.parquet, en",
    "file:/t/lang=de/lang=en/part-0.parquet, en",
    "file:/t/lang=a%2Fb%3D%E6%B1%89/x, a/b=汉",
    "file:/t/l%61ng=x/x, x",
    "file:/t/lang=100%/x, 100%",
    "file:/t/lang=a%zz%2/x, a%zz%2",
    "file:/t/lang=汉=字/x, 汉=字",
    "file:/t/lang=__HIVE_DEFAULT_PARTITION__/x, ''",
    "file:/t/lang=/x, ''",
    "file:/t/lang/x, ''",
    "file:/t/long=en/x, ''",
    "file:/t/lang=en, ''"
  })
  void theNearestFolderSaysTheValue(String path, String value) {
    Optional<String> said = PartitionFolder.value(path, "lang");

    assertEquals(value.isEmpty() ? Optional.empty() : Optional.of(value), said);
  }

  private Reading read(Format format, String where, String column, byte[] bytes)
      throws IOException {
    Path file = folder.resolve(where);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    InputSettings input = new InputSettings(file.toString(), format, "text", "title", column, "");
    return Reading.of(STORAGE, Parts.of(input));
  }

  @Test
  void partitionsOfParquetAndOfJsonLinesNameTheSource() throws IOException {
    byte[] table = SampleParquet.bytes(folder, 1, new Random(1));
    byte[] lines = "{\"text\": \"a\", \"lang\": \"own\"}\n".getBytes();

    Reading fromTable = read(Format.PARQUET, "lang=en/a.parquet", "lang", table);
    Reading fromLines = read(Format.JSONL, "lang=zh/a.jsonl", "lang", lines);
    Reading withoutValue =
        read(Format.JSONL, "lang=__HIVE_DEFAULT_PARTITION__/a.jsonl", "lang", lines);

    assertEquals("parquet/en", fromTable.documents().get(0).source());
    assertEquals("jsonl/zh", fromLines.documents().get(0).source(), "the folder's value counts");
    assertEquals("jsonl/own", withoutValue.documents().get(0).source());
  }

  @Test
  void aFolderCountsMoreThanAColumnOfTheSameName() throws IOException {
    byte[] table = SampleParquet.bytes(folder, 2, new Random(1));

    Reading read = read(Format.PARQUET, "set=folder/a.parquet", "set", table);

    assertEquals(
        1,
        read.documents().stream()
            .filter(d -> d.source().equals("parquet/folder"))
            .map(Document::source)
            .distinct()
            .count());
    assertEquals(
        read.documents().size(),
        read.documents().stream().filter(d -> d.source().equals("parquet/folder")).count());
  }
}
