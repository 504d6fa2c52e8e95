package io.retromae.etl.source.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.storage.Storage;
import io.retromae.etl.source.FileError;
import io.retromae.etl.source.FilePart;
import io.retromae.etl.source.Format;
import io.retromae.etl.source.InputSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.crypto.ColumnEncryptionProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parquet files that are whole and cannot be read are named as what they are. */
class ParquetFilesTest {
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir Path folder;

  private FileError look(Path file) throws IOException {
    InputSettings input =
        new InputSettings(file.toString(), Format.PARQUET, "text", "title", "", "");
    FilePart part = Parts.of(input);
    FileError error = new SourceFile(STORAGE, part).check().orElseThrow();
    assertEquals(error, Reading.of(STORAGE, part).errors().get(0));
    return error;
  }

  /** The same file whose footer says that it is compressed by another codec. */
  private static byte[] withCodec(byte[] bytes, CompressionCodec codec) throws IOException {
    int length =
        ByteBuffer.wrap(bytes, bytes.length - 8, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
    int at = bytes.length - 8 - length;
    FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(bytes, at, length));
    footer
        .getRow_groups()
        .forEach(group -> group.getColumns().forEach(c -> c.getMeta_data().setCodec(codec)));
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Util.writeFileMetaData(footer, written);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Arrays.copyOf(bytes, at));
    out.writeBytes(written.toByteArray());
    out.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(written.size()).array());
    out.writeBytes("PAR1".getBytes());
    return out.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionCodec.class,
      names = {"BROTLI", "LZO"})
  void aCodecThatIsNotThereIsNamed(CompressionCodec codec) throws IOException {
    byte[] bytes = SampleParquet.bytes(folder, 2, new Random(1));
    Path file = Files.write(folder.resolve("a.parquet"), withCodec(bytes, codec));

    FileError error = look(file);

    assertEquals(FileError.UNSUPPORTED, error.kind());
    assertTrue(error.message().contains("compressed by " + codec), error.message());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEncryptedFileIsNamedAsSuch(boolean plainFooter) throws IOException {
    byte[] key = "0123456789012345".getBytes();
    ColumnPath column = ColumnPath.get("text");
    var encrypted =
        FileEncryptionProperties.builder(key)
            .withEncryptedColumns(
                Map.of(column, ColumnEncryptionProperties.builder(column).withKey(key).build()));
    Path file = folder.resolve("a.parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(
                HadoopOutputFile.fromPath(
                    new org.apache.hadoop.fs.Path(file.toString()), new Configuration()))
            .withType(SampleParquet.SCHEMA)
            .withEncryption((plainFooter ? encrypted.withPlaintextFooter() : encrypted).build())
            .build()) {
      writer.write(
          new SimpleGroupFactory(SampleParquet.SCHEMA)
              .newGroup()
              .append("text", "secret")
              .append("number", 1));
    }

    FileError error = look(file);

    assertEquals(FileError.UNSUPPORTED, error.kind(), error.message());
    assertTrue(error.message().contains("encrypted"), error.message());
  }

  @Test
  void aColumnMayBeAFieldOfAGroup() throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { optional group doc { required binary text; optional binary head; }"
                + " optional group meta { optional group of { optional binary set; } }"
                + " optional binary a.b; repeated group tags { optional binary x; } }");
    Path file = folder.resolve("nested.parquet");
    SimpleGroupFactory rows = new SimpleGroupFactory(schema);
    try (ParquetWriter<Group> writer = writer(file, schema)) {
      Group row = rows.newGroup().append("a.b", "dotted");
      row.addGroup("doc").append("text", "one").append("head", "title");
      row.addGroup("meta").addGroup("of").append("set", "news");
      writer.write(row);
      Group bare = rows.newGroup();
      bare.addGroup("doc").append("text", "two");
      writer.write(bare);
      writer.write(rows.newGroup());
    }

    Reading read = read(file, "doc.text", "doc.head", "meta.of.set");
    Reading dotted = read(file, "a.b", "", "");
    Reading wrong = read(file, "tags.x", "", "");

    assertEquals(
        List.of("title\none parquet/news", "two parquet/unknown"),
        read.documents().stream().map(d -> d.text() + " " + d.source()).toList());
    assertEquals(Map.of("missing_text", 1L), read.quarantined());
    assertEquals("dotted", dotted.documents().get(0).text());
    assertEquals(FileError.COLUMNS, wrong.errors().get(0).kind());
  }

  private static ParquetWriter<Group> writer(Path file, MessageType schema) throws IOException {
    return ExampleParquetWriter.builder(
            HadoopOutputFile.fromPath(
                new org.apache.hadoop.fs.Path(file.toString()), new Configuration()))
        .withType(schema)
        .build();
  }

  private static Reading read(Path file, String text, String title, String set) throws IOException {
    InputSettings input = new InputSettings(file.toString(), Format.PARQUET, text, title, set, "");
    return Reading.of(STORAGE, Parts.of(input));
  }
}
