package io.retromae.etl.source.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Parquet files of several row groups, written by Parquet's own example writer. */
final class SampleParquet {
  static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          "message row { optional binary text (STRING); optional binary title (STRING);"
              + " optional binary set; required int32 number; repeated binary tags; }");

  private SampleParquet() {}

  static byte[] bytes(Path folder, int records, Random random) throws IOException {
    Path path = folder.resolve("sample-%d.parquet".formatted(random.nextInt(Integer.MAX_VALUE)));
    SimpleGroupFactory rows = new SimpleGroupFactory(SCHEMA);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(
                HadoopOutputFile.fromPath(
                    new org.apache.hadoop.fs.Path(path.toString()), new Configuration()))
            .withType(SCHEMA)
            .withRowGroupSize(2000L)
            .withMinRowCountForPageSizeCheck(1)
            .build()) {
      for (int i = 0; i < records * 10; i++) {
        Group row = rows.newGroup().append("number", i);
        if (random.nextInt(9) > 0) {
          row.append("text", "row " + i + " " + random.nextLong() + "汉字".repeat(i % 5));
        }
        if (random.nextBoolean()) {
          row.append("title", "t" + i).append("set", random.nextBoolean() ? "s" : "");
        }
        writer.write(row);
      }
    }
    byte[] bytes = Files.readAllBytes(path);
    Files.delete(path);
    Files.deleteIfExists(folder.resolve("." + path.getFileName() + ".crc"));
    return bytes;
  }
}
