package io.retromae.training.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retromae.core.failure.CorruptDataException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  private static TensorData floats(long[] shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new TensorData("F32", shape, bytes);
  }

  private static byte[] file() throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("z", floats(new long[] {2, 3}, 1, 2, 3, 4, 5, 6));
    tensors.put("a", floats(new long[] {}, 7));
    tensors.put("empty", floats(new long[] {0, 5}));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, tensors, Map.of("format", "pt"));
    return out.toByteArray();
  }

  private static Map<String, TensorData> read(byte[] bytes) throws IOException {
    return Safetensors.read("model.safetensors", new ByteArrayInputStream(bytes));
  }

  @Test
  void whatIsWrittenIsReadBackInOrder() throws IOException {
    Map<String, TensorData> tensors = read(file());

    assertEquals(List.of("z", "a", "empty"), new ArrayList<>(tensors.keySet()));
    assertArrayEquals(new long[] {2, 3}, tensors.get("z").shape());
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, tensors.get("z").toDoubles());
    assertArrayEquals(new double[] {7}, tensors.get("a").toDoubles());
    assertEquals(0, tensors.get("empty").size());
  }

  @Test
  void theDataStartsAtAMultipleOfEight() throws IOException {
    long headerLength = ByteBuffer.wrap(file()).order(ByteOrder.LITTLE_ENDIAN).getLong();

    assertEquals(0, headerLength % 8);
  }

  @Test
  void aFileCutShortIsRefusedByName() throws IOException {
    byte[] whole = file();

    for (int length : new int[] {0, 7, 20, whole.length - 1}) {
      byte[] cut = Arrays.copyOf(whole, length);
      var refusal = assertThrows(CorruptDataException.class, () -> read(cut));
      assertTrue(refusal.getMessage().contains("model.safetensors"), refusal.getMessage());
    }
  }

  @Test
  void aHeaderThatIsNoHeaderIsRefused() {
    byte[] noise = new byte[100];
    Arrays.fill(noise, (byte) 0x7f);

    var refusal = assertThrows(CorruptDataException.class, () -> read(noise));

    assertTrue(refusal.getMessage().contains("not a safetensors file"), refusal.getMessage());
  }

  @Test
  void aGitLfsPointerIsRecognised() {
    byte[] pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00".getBytes(UTF_8);

    var refusal = assertThrows(CorruptDataException.class, () -> read(pointer));

    assertTrue(refusal.getMessage().contains("git lfs pull"), refusal.getMessage());
  }

  @Test
  void aSizeThatContradictsTheShapeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> floats(new long[] {2, 2}, 1, 2, 3));
  }

  @Test
  void theHeaderAloneTellsTypesAndShapes() throws IOException {
    byte[] bytes = file();
    int header = 8 + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();

    Map<String, TensorEntry> entries =
        Safetensors.readHeader(
            "model.safetensors", new ByteArrayInputStream(Arrays.copyOf(bytes, header)));

    assertEquals(List.of("z", "a", "empty"), new ArrayList<>(entries.keySet()));
    assertEquals("F32", entries.get("z").dtype());
    assertArrayEquals(new long[] {2, 3}, entries.get("z").shape());
  }

  private static byte[] header(String json, int dataBytes) {
    byte[] text = json.getBytes(UTF_8);
    return ByteBuffer.allocate(8 + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'shape':[-1],'data_offsets':[0,-4]",
        "'shape':[-1,-1],'data_offsets':[0,4]",
        "'shape':[1],'data_offsets':[4,8]",
        "'shape':[1],'data_offsets':[8,4]",
        "'shape':[1],'data_offsets':[-4,0]",
        "'shape':[1],'data_offsets':[0]",
        "'shape':[1.5],'data_offsets':[0,4]",
        "'shape':['1'],'data_offsets':[0,4]",
        "'shape':[4294967296,4294967296],'data_offsets':[0,4]",
        "'shape':[99999999999999999999],'data_offsets':[0,4]",
        "'shape':[2305843009213693952],'data_offsets':[0,4]",
        "'shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]",
        "'shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[2,6]",
        "'shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[8,12]",
        "'shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]"
      })
  void sizesAndOffsetsThatCannotBeAreRefusedByTheHeaderAlone(String entry) {
    String json = "{'a':{'dtype':'F32',%s}}".formatted(entry).replace('\'', '"');
    byte[] bytes = header(json, 12);

    var refusal =
        assertThrows(
            CorruptDataException.class,
            () ->
                Safetensors.readHeader(
                    "model.safetensors", new ByteArrayInputStream(bytes), bytes.length));

    assertTrue(refusal.getMessage().startsWith("model.safetensors: "), refusal.getMessage());
  }

  @Test
  void aHeaderOfAnotherKindOfJsonIsRefused() {
    assertThrows(CorruptDataException.class, () -> read(header("[1, 2]", 0)));
  }

  @ParameterizedTest
  @CsvSource({
    "0x3c00, 1", "0xc000, -2", "0x3555, 0.33325195", "0x0001, 5.9604645E-8",
    "0x03ff, 6.097555E-5", "0x0400, 6.1035156E-5", "0x7bff, 65504", "0x7c00, Infinity",
    "0xfc00, -Infinity", "0x7e00, NaN", "0x0000, 0.0", "0x8000, -0.0"
  })
  void halfPrecisionIsReadExactly(String bits, float value) {
    TensorData half = shorts("F16", Integer.decode(bits));

    assertEquals(value, half.toFloat32().bytes().getFloat(0));
    assertEquals(value, half.toDoubles()[0]);
  }

  @ParameterizedTest
  @CsvSource({"0x3f80, 1", "0xc049, -3.140625", "0x7f80, Infinity", "0x0001, 9.1835E-41"})
  void bfloat16IsTheUpperHalfOfAFloat(String bits, float value) {
    TensorData bfloat16 = shorts("BF16", Integer.decode(bits));

    assertEquals(value, bfloat16.toFloat32().bytes().getFloat(0));
  }

  private static TensorData shorts(String dtype, int bits) {
    ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(0, (short) bits);
    return new TensorData(dtype, new long[] {1}, bytes);
  }
}
