package io.retromae.etl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retromae.etl.language.EnglishPairs;
import java.io.DataInputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class ShippedTableTest {
  private static final Class<?> READER = EnglishPairs.class;
  private static final String TABLE = "english-pairs.bin";
  private static final int MAGIC = 0x454E4750;

  @Test
  void aTableIsReadBehindItsHead() {
    int classes = ShippedTable.read(READER, TABLE, MAGIC, 1, DataInputStream::readInt);

    assertEquals(201, classes);
  }

  @Test
  void anotherVersionIsNamed() {
    UncheckedIOException e =
        assertThrows(
            UncheckedIOException.class,
            () -> ShippedTable.read(READER, TABLE, MAGIC, 2, DataInputStream::readInt));

    assertEquals("cannot read resource " + TABLE, e.getMessage());
    assertEquals(
        "magic 454e4750, version 1: must be 454e4750, version 2", e.getCause().getMessage());
  }

  @Test
  void aMissingListIsNamed() {
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class, () -> ShippedTable.lines(READER, "no-such-list.txt"));

    assertEquals("resource no-such-list.txt is missing from the jar; build again", e.getMessage());
  }
}
