package io.retromae.training.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles written by hand, one character an operation as in Python's Lib/pickletools.py. */
class UnpicklerTest {
  private static final String STORAGE =
      "(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0000X\3\0\0\0cpuK\6tQ";

  private static Object read(byte[] bytes) throws IOException {
    return new Unpickler(new PickleInput(new ByteArrayInputStream(bytes), bytes.length)).read();
  }

  /** Each character is a byte. */
  private static byte[] bytes(String pickle) {
    return pickle.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Object read(String pickle) throws IOException {
    return read(bytes(pickle));
  }

  private static String refusal(byte[] pickle) {
    return assertThrows(PickleException.class, () -> read(pickle)).getMessage();
  }

  private static String refusal(String pickle) {
    return refusal(bytes(pickle));
  }

  @Test
  void plainValuesAreRead() throws IOException {
    assertEquals(List.of(), read("\u0080\2]."));
    assertEquals(-2L, read("J\u00fe\u00ff\u00ff\u00ff."));
    assertEquals(-128L, read("\u008a\1\u0080."));
    assertEquals(0L, read("\u008a\0."));
    assertEquals(BigInteger.ONE.shiftLeft(64), read("\u008a\11\0\0\0\0\0\0\0\0\1."));
    assertEquals(true, read("I01\n."));
    assertEquals(12L, read("L12L\n."));
    assertEquals(Map.of("a", 1L), read("}U\1aK\1s."));
    assertEquals(
        Map.of("a", 1L, "b", 2L),
        read("ccollections\nOrderedDict\n](](X\1\0\0\0aK\1e](X\1\0\0\0bK\2ee\u0085R."));
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "builtins, eval",
    "builtins, exec",
    "__builtin__, eval",
    "subprocess, Popen",
    "torch, load",
    "torch._utils, _rebuild_tensor_v3",
    "torch.hub, load",
    "collections, OrderedDict.fromkeys",
    "copyreg, _reconstructor",
    "java.lang, Runtime",
    "torch, FloatStorage.from_file"
  })
  void everyOtherNameIsRefused(String module, String name) {
    String old = refusal("c%s\n%s\nX\4\0\0\0echo\u0085R.".formatted(module, name));
    String stacked =
        refusal(
            "\u0080\4\u008c%c%s\u008c%c%s\u0093)R."
                .formatted((char) module.length(), module, (char) name.length(), name));

    assertTrue(old.contains("asks for " + module + "." + name), old);
    assertTrue(stacked.contains("asks for " + module + "." + name), stacked);
  }

  @Test
  void aNameIsShownWithoutItsEscapes() {
    String message = refusal("cos\u001b[31m" + "x".repeat(1000) + "\nsystem\n.");

    assertTrue(message.contains("os??31mx"), message);
    assertTrue(message.length() < 300, message);
  }

  @ParameterizedTest
  @ValueSource(chars = {'i', 'o', '\u0081', '\u0092', '\u0082', '\u0083', 'P', 'B', '\u0096', '\0'})
  void operationsThatNoTensorNeedsAreRefused(char operation) {
    assertTrue(refusal("(]" + operation + "os\nsystem\n.").contains("uses pickle operation"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "(",
        "t.",
        "a.",
        "]a.",
        "K\1K\1s.",
        "}K\1u.",
        "(K\1d.",
        "h\1.",
        "j\1\0\0\0.",
        "Q.",
        "R.",
        "b.",
        "]]b.",
        "K\1)R.",
        "N.N\u0085",
        "X\u00ff\u00ff\u00ff\u00ffa.",
        "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffa.",
        "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\177a.",
        "\u008b\u00ff\u00ff\u00ff\177.",
        "\u008a\40.",
        "Inot\n.",
        "\u0080\6N.",
        "}]K\1s.",
        "ctorch._utils\n_rebuild_tensor_v2\n)R.",
        "ctorch\nSize\nK\1R.",
        "(X\7\0\0\0storageK\1K\1K\1K\1tQ.",
        ")Q."
      })
  void damagedPicklesEndInOneSentence(String pickle) throws IOException {
    if (pickle.startsWith("N.")) {
      assertEquals(Unpickler.None.NONE, read(pickle)); // what lies behind the end is not read
    } else {
      assertEquals(1, refusal(pickle).lines().count());
    }
  }

  private static String tensor(String offset, String shape, String strides) {
    return "ctorch._utils\n_rebuild_tensor_v2\n("
        + STORAGE
        + offset
        + shape
        + strides
        + "\u0089}tR.";
  }

  @Test
  void aTensorIsAWindowOnItsStorage() throws IOException {
    StridedTensor tensor = (StridedTensor) read(tensor("K\1", "K\2K\2\u0086", "K\3K\1\u0086"));

    assertEquals(1, tensor.offset());
    assertEquals(new StorageRef("0", StorageType.FLOAT, 6, 0, 6), tensor.storage());
  }

  @ParameterizedTest
  @CsvSource({
    "6, 1, 1",
    "0, 7, 1",
    "0, 3, 3",
    "5, 2, 1",
    "-1, 1, 1",
    "0, -1, 1",
    "0, 2, -1",
    "2147483647, 2147483647, 2147483647"
  })
  void aTensorBeyondItsStorageIsRefused(int offset, int size, int stride) {
    refusal(tensor(integer(offset), integer(size) + "\u0085", integer(stride) + "\u0085"));
  }

  private static String integer(int value) {
    StringBuilder text = new StringBuilder("J");
    for (int shift = 0; shift < 32; shift += 8) {
      text.append((char) (value >>> shift & 0xff));
    }
    return text.toString();
  }

  @Test
  void sizesThatOverflowAreRefused() {
    String huge = "\u008a\10\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\177"; // 2^63 - 1

    refusal(tensor("K\0", huge + huge + "\u0086", "K\0K\0\u0086"));
    refusal(STORAGE.replace("K\6", huge) + ".");
    refusal(tensor(huge, "K\2\u0085", huge + "\u0085"));
  }

  @Test
  void oneStorageHasOneTypeAndSize() {
    String half = STORAGE.replace("FloatStorage", "HalfStorage");

    assertTrue(refusal(STORAGE + half + ".").contains("one storage in two ways"));
  }

  @Test
  void nestingHasNoEffectOnTheStack() throws IOException {
    ByteArrayOutputStream deep = new ByteArrayOutputStream();
    deep.write(')');
    for (int i = 0; i < 1_000_000; i++) {
      deep.write(0x85); // a tuple of what is there
    }
    deep.write('.');

    assertTrue(read(deep.toByteArray()) instanceof Unpickler.Tuple);
  }

  @Test
  void operationsAreCounted() {
    byte[] bomb = new byte[2_100_000];
    Arrays.fill(bomb, (byte) ']');

    assertTrue(refusal(bomb).contains("operations"));
  }

  @Test
  void aListGivenManyTimesIsNotCopiedForEver() {
    StringBuilder bomb = new StringBuilder("](");
    for (int i = 0; i < 1_000; i++) {
      bomb.append("K\1K\1\u0086");
    }
    bomb.append("eq\0ccollections\nOrderedDict\nq\1");
    for (int i = 0; i < 10_000; i++) {
      bomb.append("h\1h\0\u0085R");
    }

    assertTrue(refusal(bomb + ".").contains("pairs"));
  }

  @Test
  void aMemoThatDoublesCostsNothing() throws IOException {
    StringBuilder bomb = new StringBuilder("]q\0");
    for (int i = 0; i < 200; i++) { // each list holds the one before ten times
      bomb.append("](" + ("h" + (char) i).repeat(10) + "eq" + (char) (i + 1));
    }

    assertTrue(read(bomb + ".") instanceof List);
  }
}
