package io.retromae.training.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retromae.core.failure.CorruptDataException;
import io.retromae.core.storage.Storage;
import io.retromae.training.safetensors.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that PyTorch wrote, made by bench/peers/torch_pickles.py, and what strangers make of them.
 */
class TorchFileTest {
  @TempDir Path folder;
  private final Storage storage = new Storage(new Configuration());

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = TorchFileTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private Map<String, TensorData> read(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("pytorch_model.bin"), bytes);
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    TorchFile.open(storage, file.toString())
        .read(name -> !name.endsWith("stretched"), tensors::put);
    return tensors;
  }

  private String refusal(byte[] bytes) {
    String message = assertThrows(CorruptDataException.class, () -> read(bytes)).getMessage();
    assertTrue(message.contains("pytorch_model.bin: "), message);
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensors-zip.bin", "tensors-zip-4.bin", "tensors-legacy.bin"})
  void everyKindOfTensorHasPyTorchsValues(String name) throws IOException {
    JsonNode expected = new ObjectMapper().readTree(golden("tensors.json"));

    Map<String, TensorData> tensors = read(golden(name));

    assertEquals(expected.size() - 1, tensors.size());
    tensors.forEach(
        (tensor, data) -> {
          JsonNode want = expected.get(tensor);
          assertEquals(want.get("dtype").asText(), data.dtype(), tensor);
          assertArrayEquals(numbers(want.get("shape")), toDoubles(data.shape()), tensor);
          double[] got =
              data.dtype().equals("I16") // toDoubles knows no shorts, which are no weights
                  ? new double[] {data.bytes().getShort(0), data.bytes().getShort(2)}
                  : data.toDoubles();
          assertArrayEquals(numbers(want.get("values")), got, tensor);
        });
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  private static double[] toDoubles(long[] shape) {
    return Arrays.stream(shape).asDoubleStream().toArray();
  }

  @Test
  void aTensorThatIsStretchedIsRefusedWhenItIsRead() throws IOException {
    Path file = Files.write(folder.resolve("pytorch_model.bin"), golden("tensors-zip.bin"));
    TorchFile opened = TorchFile.open(storage, file.toString());

    var refusal =
        assertThrows(CorruptDataException.class, () -> opened.read(name -> true, (n, data) -> {}));

    assertTrue(refusal.getMessage().contains("6 values in a storage of 2"), refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "program.bin, asks for posix.system: only dictionaries of tensors",
    "whole-module.bin, asks for torch.nn.modules.linear.Linear: only",
    "numpy.bin, asks for numpy",
    "nested.bin, holds no dictionary of tensors by name",
  })
  void otherPicklesOfPyTorchAreRefusedByName(String name, String part) throws IOException {
    String message = refusal(golden(name));

    assertTrue(message.contains(part), message);
    assertTrue(message.contains("safe_serialization=True"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensors-zip.bin", "tensors-legacy.bin"})
  void aFileCutAnywhereIsRefusedWhenItIsOpened(String name) throws IOException {
    byte[] whole = golden(name);

    for (int length = 0; length < whole.length; length += 1 + length / 20) {
      Path file = Files.write(folder.resolve("pytorch_model.bin"), Arrays.copyOf(whole, length));
      assertThrows(
          CorruptDataException.class,
          () -> TorchFile.open(storage, file.toString()),
          "cut after " + length);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensors-zip.bin", "tensors-legacy.bin"})
  void aFileWithAWrongByteIsReadOrRefused(String name) throws IOException {
    byte[] bytes = golden(name);
    for (int i = 0; i < bytes.length; i += 3) {
      byte before = bytes[i];
      bytes[i] ^= (byte) (1 + i % 255);
      try {
        read(bytes);
      } catch (CorruptDataException e) {
        assertTrue(e.getMessage().contains("pytorch_model.bin: "), e.getMessage());
      }
      bytes[i] = before;
    }
  }

  @Test
  void whatIsNoFileOfPyTorchIsNamed() {
    assertTrue(refusal(utf8("version https://git-lfs.github.com/spec/v1\n")).contains("lfs pull"));
    assertTrue(refusal(utf8("<html><body>404</body></html>")).contains("not what torch.save"));
    assertTrue(refusal(new byte[3]).contains("3 bytes"));
    assertTrue(refusal(new byte[1000]).contains("not what torch.save"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
