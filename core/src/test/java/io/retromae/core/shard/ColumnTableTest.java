package io.retromae.core.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnTableTest {
  private static final Column ID = Column.text("id");
  private static final Column SOURCE = Column.label("source");
  private static final Column SIGNATURE = Column.bytes("signature");
  private static final Column HASH = Column.int64("hash");
  private static final Column LENGTH = Column.int32("length");
  private static final Column TEXT = Column.text("text");
  private static final List<Column> ALL = List.of(ID, SOURCE, SIGNATURE, HASH, LENGTH, TEXT);

  @TempDir Path folder;
  private final Storage storage = new Storage(new Configuration());

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static String text(int row) {
    return row % 5 == 0 ? "" : ("Zeile 行 𠀀 " + row).repeat(row % 50);
  }

  private static byte[] signature(int row) {
    return new byte[] {(byte) row, 0, -1};
  }

  private void write(String name, int rows) throws IOException {
    try (ColumnTable.Writer writer =
        new ColumnTable.Writer(storage, folder.toString(), name, ALL, 64)) {
      for (int row = 0; row < rows; row++) {
        writer.text("id" + row).text(row % 2 == 0 ? "even" : "odd").bytes(signature(row));
        writer.int64(row * 0x9E3779B97F4A7C15L).int32(-row).text(text(row)).endRow();
      }
      assertEquals(rows, writer.commit());
    }
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    write("t.parquet", 200);

    try (ColumnTable.Reader reader = new ColumnTable.Reader(storage, path("t.parquet"), ALL)) {
      for (int row = 0; row < 200; row++) {
        assertTrue(reader.next());
        assertEquals("id" + row, reader.text(0));
        assertEquals(row % 2 == 0 ? "even" : "odd", reader.text(1));
        assertArrayEquals(signature(row), reader.bytes(2));
        assertEquals(row * 0x9E3779B97F4A7C15L, reader.int64(3));
        assertEquals(-row, reader.int32(4));
        assertEquals(text(row), reader.text(5));
      }
      assertFalse(reader.next());
      assertFalse(reader.next());
    }
  }

  @Test
  void valuesThatNobodyReadAreSkipped() throws IOException {
    write("t.parquet", 200);

    try (ColumnTable.Reader reader = new ColumnTable.Reader(storage, path("t.parquet"), ALL)) {
      for (int row = 0; row < 200; row++) {
        assertTrue(reader.next());
        if (row % 7 == 3) {
          assertEquals("id" + row, reader.text(0));
          assertEquals(row % 2 == 0 ? "even" : "odd", reader.text(1));
          assertEquals(-row, reader.int32(4));
        }
        if (row % 11 == 5) {
          assertArrayEquals(signature(row), reader.bytes(2));
          assertEquals(text(row), reader.text(5));
        }
      }
    }
  }

  @Test
  void someColumnsAreReadInAnyOrder() throws IOException {
    write("t.parquet", 100);

    try (ColumnTable.Reader reader =
        new ColumnTable.Reader(storage, path("t.parquet"), List.of(LENGTH, ID))) {
      for (int row = 0; row < 100; row++) {
        assertTrue(reader.next());
        assertEquals(-row, reader.int32(0));
        assertEquals("id" + row, reader.text(1));
      }
    }
  }

  @Test
  void equalRowsGiveEqualBytes() throws IOException {
    write("1.parquet", 100);
    write("2.parquet", 100);

    assertEquals(-1, Files.mismatch(folder.resolve("1.parquet"), folder.resolve("2.parquet")));
  }

  @Test
  void aTableWithoutRowsIsRead() throws IOException {
    write("t.parquet", 0);

    try (ColumnTable.Reader reader = new ColumnTable.Reader(storage, path("t.parquet"), ALL)) {
      assertFalse(reader.next());
    }
  }

  @Test
  void longTextsEndRowGroupsEarly() throws IOException {
    String text = "x".repeat(20 << 20);
    try (ColumnTable.Writer writer =
        new ColumnTable.Writer(storage, folder.toString(), "t.parquet", List.of(TEXT), 64)) {
      for (int row = 0; row < 4; row++) {
        writer.text(text).endRow();
      }
      writer.commit();
    }

    long size = Files.size(folder.resolve("t.parquet"));
    try (ParquetFileReader file =
        ParquetFileReader.open(new ParquetInput(storage, path("t.parquet"), size))) {
      assertEquals(2, file.getRowGroups().size());
    }
  }

  @Test
  void aTableClosedWithoutCommitLeavesNoFile() throws IOException {
    try (ColumnTable.Writer writer =
        new ColumnTable.Writer(storage, folder.toString(), "t.parquet", List.of(LENGTH), 64)) {
      writer.int32(1).endRow();
    }

    assertFalse(Files.exists(folder.resolve("t.parquet")));
  }

  @Test
  void aRowWithoutAllItsValuesIsRefused() throws IOException {
    try (ColumnTable.Writer writer =
        new ColumnTable.Writer(storage, folder.toString(), "t.parquet", ALL, 64)) {
      writer.text("id");

      var refusal = assertThrows(IllegalStateException.class, writer::endRow);
      assertTrue(refusal.getMessage().contains("1 values for 6 columns"), refusal.getMessage());
    }
  }

  @Test
  void aMissingColumnIsNamed() throws IOException {
    write("t.parquet", 3);
    List<Column> wanted = List.of(ID, Column.int64("length"), Column.text("absent"));

    var refusal =
        assertThrows(
            CorruptDataException.class,
            () -> new ColumnTable.Reader(storage, path("t.parquet"), wanted));

    assertTrue(refusal.getMessage().contains("int64 length"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("absent"), refusal.getMessage());
  }
}
