package io.retromae.core.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetRowsTest {
  private static final Storage STORAGE = new Storage(new Configuration());

  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message schema {
            optional int64 id;
            optional binary query (STRING);
            optional group positive (LIST) { repeated group list { optional binary element (STRING); } }
            optional group old (LIST) { repeated binary array (STRING); }
            repeated binary plain (STRING);
            optional group meta { optional double score; }
          }
          """);

  @TempDir private Path folder;

  private static List<String> read(String path, ParquetRows.Values values) throws IOException {
    List<String> rows = new ArrayList<>();
    try (ParquetRows reader = new ParquetRows(STORAGE, path, values)) {
      for (var row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.add(row.get().toString());
      }
    }
    return rows;
  }

  @Test
  void rowsOfAnySchemaAreReadAsJson() throws IOException {
    Path file = folder.resolve("rows.parquet");
    SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withType(SCHEMA)
            .build()) {
      Group full = groups.newGroup().append("id", 7L).append("query", "q");
      Group positive = full.addGroup("positive");
      positive.addGroup("list").append("element", "p");
      positive.addGroup("list");
      full.addGroup("old").append("array", "a").append("array", "b");
      full.append("plain", "x");
      full.addGroup("meta").append("score", 0.5);
      writer.write(full);
      writer.write(groups.newGroup());
    }

    assertEquals(
        List.of(
            "{\"id\":\"7\",\"query\":\"q\",\"positive\":[\"p\",null],\"old\":[\"a\",\"b\"],"
                + "\"plain\":[\"x\"],\"meta\":{\"score\":\"0.5\"}}",
            "{\"id\":null,\"query\":null,\"positive\":null,\"old\":null,\"plain\":[],"
                + "\"meta\":null}"),
        read(file.toString(), ParquetRows.Values.TEXTS));
    assertEquals(
        "{\"id\":7,\"query\":\"q\",\"positive\":[\"p\",null],\"old\":[\"a\",\"b\"],"
            + "\"plain\":[\"x\"],\"meta\":{\"score\":0.5}}",
        read(file.toString(), ParquetRows.Values.TYPED).get(0));
  }

  @Test
  void aFileThatIsNoParquetIsAnIoError() throws IOException {
    Path file = folder.resolve("rows.parquet");
    Files.writeString(file, "PAR1 and much else, but no footer");

    assertThrows(IOException.class, () -> read(file.toString(), ParquetRows.Values.TEXTS));
  }
}
