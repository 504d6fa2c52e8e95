package io.retromae.training.libtorch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript sources and a module's plain attributes into the archive that libtorch loads,
 * so that no Python is needed anywhere. The archive is a ZIP of stored entries: one class under
 * {@code code/}, the module object as a pickle (protocol 2), an empty tuple of constants and a
 * version. The class declares the attributes and has the methods of all sources. Parameters are not
 * part of it: they come in with each call.
 */
public final class ScriptArchive {
  private ScriptArchive() {}

  /**
   * Writes the archive.
   *
   * @param sources methods, not indented; they may call each other whatever their order
   * @param attributes name to Boolean, Integer or Double, or to an empty Map: a place where methods
   *     keep named tensors, by number, from one call to the next
   * @throws IllegalArgumentException if an attribute is of another type
   */
  public static void write(
      OutputStream out, String className, List<String> sources, Map<String, Object> attributes)
      throws IOException {
    String source = source(className, sources, attributes);
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      entry(zip, "m/data.pkl", pickle(className, attributes));
      entry(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      entry(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      entry(zip, "m/version", "3\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The class: attributes with their types, then the methods. */
  private static String source(
      String className, List<String> sources, Map<String, Object> attributes) {
    StringBuilder text = new StringBuilder("class " + className + "(Module):\n");
    text.append("  __parameters__ = []\n  __buffers__ = []\n");
    attributes.forEach(
        (name, value) -> text.append("  " + name + " : " + type(name, value) + "\n"));
    for (String source : sources) {
      source.lines().forEach(line -> text.append(line.isEmpty() ? "\n" : "  " + line + "\n"));
      text.append("\n");
    }
    return text.toString();
  }

  private static String type(String name, Object value) {
    if (value instanceof Boolean) {
      return "bool";
    } else if (value instanceof Double) {
      return "float";
    } else if (value instanceof Integer) {
      return "int";
    } else if (value instanceof Map<?, ?> kept && kept.isEmpty()) {
      return "Dict[int, Dict[str, Tensor]]";
    }
    throw new IllegalArgumentException(
        "attribute %s = %s is a %s; must be Boolean, Integer, Double or an empty Map"
            .formatted(name, value, value.getClass().getName()));
  }

  /** An object of the class with a dictionary of attributes as its state. */
  private static byte[] pickle(String className, Map<String, Object> attributes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x80, 2}); // PROTO 2
    out.writeBytes(ascii("c__torch__\n" + className + "\n")); // GLOBAL
    out.writeBytes(new byte[] {')', (byte) 0x81, '}', '('}); // EMPTY_TUPLE NEWOBJ EMPTY_DICT MARK
    attributes.forEach((name, value) -> attribute(out, name, value));
    out.writeBytes(ascii("ub.")); // SETITEMS, BUILD, STOP
    return out.toByteArray();
  }

  private static void attribute(ByteArrayOutputStream out, String name, Object value) {
    byte[] key = name.getBytes(StandardCharsets.UTF_8);
    out.write('X'); // BINUNICODE
    out.writeBytes(littleEndian(key.length));
    out.writeBytes(key);
    if (value instanceof Boolean flag) {
      out.write(flag ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
    } else if (value instanceof Double number) {
      out.write('G'); // BINFLOAT, big endian
      out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
    } else if (value instanceof Map<?, ?>) {
      out.write('}'); // EMPTY_DICT
    } else {
      out.write('J'); // BININT
      out.writeBytes(littleEndian((Integer) value));
    }
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED); // libtorch reads entries in place
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
