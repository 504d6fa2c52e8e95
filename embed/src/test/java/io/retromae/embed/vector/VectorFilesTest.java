package io.retromae.embed.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.ConfigException;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors written and read again, in both kinds of files, and what is refused in them. */
class VectorFilesTest {
  /** Kinds of files. */
  enum Kind {
    PARQUET,
    NPY
  }

  @TempDir Path folder;
  private final Storage storage = new Storage(new Configuration(false));

  private VectorWriter writer(Kind kind, String name, int rows, int width) throws IOException {
    return kind == Kind.PARQUET
        ? VectorFiles.createParquet(
            storage, folder.toString(), name + ".parquet", VectorColumns.DEFAULT)
        : VectorFiles.createNpy(storage, folder.toString(), name + ".npy", rows, width);
  }

  private VectorWriter.Written write(Kind kind, String name, VectorBlock block) throws IOException {
    try (VectorWriter writer = writer(kind, name, block.size(), block.width())) {
      for (int i = 0; i < block.size(); i++) {
        writer.append(block.ids().get(i), block.vector(i));
      }
      return writer.commit();
    }
  }

  private VectorFiles open() throws IOException {
    return VectorFiles.open(storage, folder.toString(), VectorColumns.DEFAULT);
  }

  private static VectorBlock all(VectorReader reader) throws IOException {
    List<String> ids = new ArrayList<>();
    List<float[]> vectors = new ArrayList<>();
    try (reader) {
      for (Optional<VectorBlock> b = reader.next(); b.isPresent(); b = reader.next()) {
        ids.addAll(b.get().ids());
        for (int i = 0; i < b.get().size(); i++) {
          vectors.add(b.get().vector(i));
        }
      }
    }
    return VectorBlock.of(ids, vectors.toArray(float[][]::new));
  }

  private static VectorBlock random(String prefix, int rows, int width) {
    Random random = new Random(rows);
    List<String> ids = new ArrayList<>();
    float[] values = new float[rows * width];
    for (int i = 0; i < rows; i++) {
      ids.add(prefix + i);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new VectorBlock(ids, values, width);
  }

  private static void assertSame(VectorBlock expected, VectorBlock actual) {
    assertEquals(expected.ids(), actual.ids());
    assertArrayEquals(expected.values(), actual.values());
  }

  private String refusal(Kind kind, VectorBlock block) {
    return assertThrows(
            CorruptDataException.class,
            () -> {
              write(kind, "a", block);
              all(open().read());
            })
        .getMessage();
  }

  @ParameterizedTest
  @EnumSource
  void vectorsComeBackWithTheirIdsInTheOrderOfFilesAndRows(Kind kind) throws IOException {
    VectorBlock first = random("文\n书\"", 300, 17);
    VectorBlock second = random("b", 70, 17);
    write(kind, "2", second);
    VectorWriter.Written written = write(kind, "1", first);

    VectorFiles files = open();
    VectorBlock read = all(files.read());

    assertEquals(300, written.rows());
    assertEquals(370, files.rows());
    assertEquals(17, files.width());
    assertSame(first, read.part(0, 300));
    assertSame(second, read.part(300, 370));
    assertEquals("b69", files.ids().get(369));
    assertEquals(300, files.ids().row("b0"));
    assertEquals(-1, files.ids().row("c"));
  }

  @ParameterizedTest
  @EnumSource
  void partsAreReadByThemselvesAndMeet(Kind kind) throws IOException {
    VectorBlock large = random("x", 9_000, 1_024); // 36 MB: several row groups and blocks
    write(kind, "1", large);
    write(kind, "2", random("y", 10, 1_024));

    VectorFiles files = open();
    List<List<VectorPart>> parts = files.divided(3);
    List<VectorBlock> blocks = new ArrayList<>();
    long next = 0;
    for (List<VectorPart> part : parts) {
      assertEquals(next, part.get(0).first());
      blocks.add(all(VectorFiles.read(storage, part, files.width())));
      next += blocks.get(blocks.size() - 1).size();
    }

    assertEquals(3, parts.size());
    assertEquals(9_010, next);
    int from = blocks.get(0).size();
    assertSame(large.part(0, from), blocks.get(0));
    assertSame(large.part(from, from + blocks.get(1).size()), blocks.get(1));
  }

  @ParameterizedTest
  @EnumSource
  void noRowsAreNone(Kind kind) throws IOException {
    try (VectorWriter writer = writer(kind, "empty", 0, 4)) {
      writer.commit();
    }

    VectorFiles files = open();

    assertEquals(0, files.rows());
    assertEquals(0, files.width());
    assertTrue(files.read().next().isEmpty());
    assertTrue(files.divided(4).isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatWasNotCommittedIsNotThere(Kind kind) throws IOException {
    try (VectorWriter writer = writer(kind, "a", 2, 2)) {
      writer.append("1", new float[] {1, 2});
    }

    assertTrue(storage.allFiles(folder.toString()).isEmpty());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoFiniteNumberIsRefusedByItsId(Kind kind) {
    VectorBlock block =
        new VectorBlock(List.of("good", "bad"), new float[] {1, 2, 3, Float.NaN}, 2);

    String message = refusal(kind, block);

    assertTrue(message.contains("value 1 of the vector of 'bad' is NaN"), message);
  }

  @ParameterizedTest
  @EnumSource
  void widthsThatDifferAreRefused(Kind kind) throws IOException {
    write(kind, "1", random("a", 3, 4));

    String message = refusal(kind, random("b", 2, 5));

    assertTrue(message.contains("'b0' has 5 values, others have 4"), message);
  }

  @ParameterizedTest
  @EnumSource
  void anIdThatComesTwiceIsRefused(Kind kind) throws IOException {
    write(kind, "1", random("a", 3, 4));
    write(kind, "2", random("a", 2, 4));

    VectorFiles files = open();
    String message = assertThrows(CorruptDataException.class, files::ids).getMessage();

    assertTrue(message.contains("the id 'a0' is that of row 0 and of row 3"), message);
  }

  @Test
  void aVectorWithoutValuesIsRefused() {
    String message = refusal(Kind.PARQUET, new VectorBlock(List.of("a"), new float[0], 0));

    assertTrue(message.contains("'a' has no values"), message);
  }

  @Test
  void nullEmbeddingsAreCountedAndRefusedOrPassedOver() throws IOException {
    try (VectorWriter writer = writer(Kind.PARQUET, "a", 0, 0)) {
      writer.appendAbsent("none");
      writer.append("one", new float[] {1, 2});
      writer.appendAbsent("null");
      writer.append("two", new float[] {3, 4});
      VectorWriter.Written written = writer.commit();
      assertEquals(2, written.rows());
      assertEquals(2, written.absent());
    }

    VectorFiles files = open();
    VectorBlock present = all(files.read(Absent.PASS_OVER));
    String message = assertThrows(CorruptDataException.class, () -> all(files.read())).getMessage();

    assertEquals(List.of("one", "two"), present.ids());
    assertArrayEquals(new float[] {1, 2, 3, 4}, present.values());
    assertTrue(message.contains("'none' is null, and of 2 rows"), message);
    assertEquals(4, files.ids().size());
  }

  @Test
  void otherColumnsAreNamedInTheRefusal() throws IOException {
    write(Kind.PARQUET, "a", random("a", 3, 4));

    VectorColumns columns = new VectorColumns("id", "vector");
    String message =
        assertThrows(
                CorruptDataException.class,
                () -> VectorFiles.open(storage, folder.toString(), columns))
            .getMessage();

    assertTrue(message.contains("no column 'vector' of vectors"), message);
    assertTrue(message.contains("[id, embedding]"), message);
  }

  @Test
  void aFolderHasVectorsOfOneKind() throws IOException {
    assertThrows(ConfigException.class, this::open);
    write(Kind.PARQUET, "a", random("a", 3, 4));
    write(Kind.NPY, "a", random("a", 3, 4));

    String message = assertThrows(ConfigException.class, this::open).getMessage();

    assertTrue(message.contains("both *.parquet and *.npy"), message);
    assertEquals(3, VectorFiles.open(storage, folder + "/*.npy", VectorColumns.DEFAULT).rows());
  }

  @Test
  void idsMustBeAsManyAsRows() throws IOException {
    write(Kind.NPY, "a", random("a", 3, 4));
    Path ids = folder.resolve("a.ids.jsonl");

    Files.writeString(ids, "\"1\"\n\"2\"\n");
    String few = assertThrows(CorruptDataException.class, this::open).getMessage();
    Files.writeString(ids, "\"1\"\n\"2\"\n\"3\"\n\"4\"\n");
    String many = assertThrows(CorruptDataException.class, this::open).getMessage();
    Files.delete(ids);
    String none = assertThrows(CorruptDataException.class, this::open).getMessage();

    assertTrue(few.contains("2 ids for the 3 rows"), few);
    assertTrue(many.contains("more ids than the 3 rows"), many);
    assertTrue(none.contains("its ids are missing"), none);
  }

  @Test
  void idsMayBePlainLines() throws IOException {
    write(Kind.NPY, "a", random("a", 3, 4));
    Files.delete(folder.resolve("a.ids.jsonl"));
    Files.writeString(folder.resolve("ids.txt"), "ä 1\r\n\n\"3\"");

    VectorBlock read = all(open().read());

    assertEquals(List.of("ä 1", "", "\"3\""), read.ids());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uFEFFä 1\n\n3\n\n", "\uFEFFä 1\r\n\r\n3\r\n\r\n", "ä 1\n\n3\n"})
  void aMarkBeforePlainIdsAndABlankLastLineAreNoIds(String lines) throws IOException {
    write(Kind.NPY, "a", random("a", 3, 4));
    Files.delete(folder.resolve("a.ids.jsonl"));
    Files.writeString(folder.resolve("ids.txt"), lines);
    assertEquals(List.of("ä 1", "", "3"), all(open().read()).ids());

    Files.writeString(folder.resolve("ids.txt"), "1\n2\n\n");
    String message = assertThrows(CorruptDataException.class, this::open).getMessage();
    assertTrue(message.contains("2 ids for the 3 rows"), message);
  }

  @Test
  void npyThatWasPromisedOtherRowsIsNotKept() throws IOException {
    try (VectorWriter writer = writer(Kind.NPY, "a", 2, 2)) {
      writer.append("1", new float[] {1, 2});
      assertThrows(CorruptDataException.class, writer::commit);
    }

    assertFalse(Files.exists(folder.resolve("a.npy")));
  }

  @Test
  void aBrokenTableIsRefused() throws IOException {
    write(Kind.PARQUET, "a", random("a", 300, 40));
    Path file = folder.resolve("a.parquet");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 0x55;
    Files.write(file, bytes);

    assertThrows(CorruptDataException.class, () -> all(open().read()));
    Files.write(file, new byte[] {1, 2, 3});
    assertThrows(CorruptDataException.class, this::open);
  }
}
