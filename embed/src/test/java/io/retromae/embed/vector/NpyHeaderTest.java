package io.retromae.embed.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of {@code .npy} files, by NumPy, by us and by nobody well-meaning. */
class NpyHeaderTest {
  @TempDir Path folder;

  private static byte[] header(int version, String text) {
    byte[] dict = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + (version == 1 ? 2 : 4) + dict.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      bytes.putShort((short) dict.length);
    } else {
      bytes.putInt(dict.length);
    }
    return bytes.put(dict).array();
  }

  private static NpyHeader read(byte[] header, long valueBytes) throws IOException {
    return NpyHeader.read("x.npy", new ByteArrayInputStream(header), header.length + valueBytes);
  }

  private static String refusal(String dict, long valueBytes) {
    return assertThrows(CorruptDataException.class, () -> read(header(1, dict), valueBytes))
        .getMessage();
  }

  @Test
  void oursIsNumPysToTheByte() throws IOException {
    byte[] ours = NpyHeader.forFloats(3, 5).bytes();

    // numpy.lib.format.write_array of a float32 array of shape (3, 5)
    String dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 5), }";
    assertEquals(128, ours.length);
    assertArrayEquals(header(1, dict + " ".repeat(117 - dict.length()) + "\n"), ours);
    assertEquals(new NpyHeader(NpyHeader.Type.FLOAT32, false, 3, 5, 128), read(ours, 60));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void allVersionsAreRead(int version) throws IOException {
    String dict = "{\"shape\" : (2L,3L,), 'fortran_order':False,'descr':'>f8'}";

    NpyHeader header = read(header(version, dict), 48);

    assertEquals(
        new NpyHeader(NpyHeader.Type.FLOAT64, true, 2, 3, header(version, dict).length), header);
  }

  @ParameterizedTest
  @CsvSource({"'<f2',0x3c00", "'>f2',0x3c00", "'<f4',0x3f800000", "'>f4',0x3f800000"})
  void otherTypesBecomeFloat32(String descr, String bits) throws IOException {
    ByteBuffer one =
        ByteBuffer.allocate(descr.endsWith("2") ? 2 : 4)
            .order(descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    if (descr.endsWith("2")) {
      one.putShort(Integer.decode(bits).shortValue());
    } else {
      one.putInt(Integer.decode(bits));
    }

    assertArrayEquals(new float[] {1, 1}, values(descr, one.array(), one.array()));
  }

  @Test
  void doublesAreRounded() throws IOException {
    byte[] third = ByteBuffer.allocate(8).putDouble(1 / 3.0).array();

    assertArrayEquals(new float[] {1 / 3f}, values(">f8", third));
  }

  private float[] values(String descr, byte[]... values) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(
        header(
            1,
            "{'descr': '%s', 'fortran_order': False, 'shape': (1, %d), }"
                .formatted(descr, values.length)));
    for (byte[] value : values) {
      file.writeBytes(value);
    }
    Files.write(folder.resolve("a.npy"), file.toByteArray());
    Files.writeString(folder.resolve("a.ids.txt"), "a\n");
    VectorFiles files =
        VectorFiles.open(
            new Storage(new Configuration(false)), folder.toString(), VectorColumns.DEFAULT);
    try (VectorReader reader = files.read()) {
      return reader.next().orElseThrow().values();
    }
  }

  @Test
  void columnsFirstAreRefused() {
    String message = refusal("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3)}", 24);

    assertTrue(message.contains("Fortran order"), message);
  }

  @Test
  void aFileMustBeWhole() {
    String dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}";

    assertTrue(refusal(dict, 23).contains("header speaks of"));
    assertTrue(refusal(dict, 25).contains("header speaks of"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "[]",
        "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'more': True}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999999, 999999)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 99999999999999999999)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, __import__('os'))}",
        "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3)}",
        "{'descr': '', 'fortran_order': False, 'shape': (2, 3)}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3",
      })
  void whatNumPyWouldNotWriteIsRefused(String dict) {
    String message = refusal(dict, 24);

    assertTrue(message.startsWith("x.npy: "), message);
  }

  @Test
  void aLongHeaderIsNotRead() {
    byte[] header = header(2, "");
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putInt(8, Integer.MAX_VALUE);

    String message =
        assertThrows(CorruptDataException.class, () -> read(header, 1L << 32)).getMessage();

    assertTrue(message.contains("2147483647 bytes long"), message);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void damageIsRefusedOrHarmless(long seed) throws IOException {
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = NpyHeader.forFloats(3, 5).bytes();
      int changes = 1 + random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        assertEquals(bytes.length + 60, read(bytes, 60).fileBytes());
      } catch (CorruptDataException e) {
        assertTrue(e.getMessage().startsWith("x.npy: "), e.getMessage());
      }
    }
  }
}
