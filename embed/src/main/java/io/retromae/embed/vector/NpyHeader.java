package io.retromae.embed.vector;

import io.retromae.core.failure.CorruptDataException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The beginning of a {@code .npy} file of rows of numbers, format versions 1.0 to 3.0 (NumPy's
 * documentation, {@code numpy.lib.format}).
 *
 * @param type of a value
 * @param bigEndian whether a value's highest byte comes first
 * @param rows number of vectors
 * @param width values of a vector
 * @param length bytes before the first value
 */
record NpyHeader(Type type, boolean bigEndian, long rows, int width, int length)
    implements Serializable {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** NumPy's own limit for files that it does not trust is 10,000. */
  private static final int MAX_LENGTH = 1 << 16;

  /** Where values begin is a multiple of this. */
  private static final int ALIGNMENT = 64;

  private static final String MEND = "; save it by numpy.save(file, x.astype('float32'))";

  /** What a value is. */
  enum Type {
    FLOAT16(2),
    FLOAT32(4),
    FLOAT64(8);

    final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  /** The header that we write. */
  static NpyHeader forFloats(long rows, int width) {
    int length = new NpyHeader(Type.FLOAT32, false, rows, width, 0).bytes().length;
    return new NpyHeader(Type.FLOAT32, false, rows, width, length);
  }

  /** The header of {@link #forFloats} as bytes, in format version 1.0. */
  byte[] bytes() {
    String text =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(rows, width);
    int start = MAGIC.length + 2 + Short.BYTES;
    int end = (start + text.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT; // one more for \n
    ByteBuffer header = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (end - start));
    header.put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.position() < end - 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }

  /** Bytes of the whole file. */
  long fileBytes() {
    return Math.addExact(
        length, Math.multiplyExact(Math.multiplyExact(rows, (long) width), type.bytes));
  }

  /**
   * Reads it.
   *
   * @param file for messages
   * @param fileBytes the file's size, which must be what the header speaks of
   * @throws CorruptDataException if it is no such file, or holds anything but rows of floating
   *     point numbers in C order
   */
  static NpyHeader read(String file, InputStream in, long fileBytes) throws IOException {
    DataInputStream data = new DataInputStream(in);
    try {
      byte[] magic = new byte[MAGIC.length];
      data.readFully(magic);
      int version = data.readUnsignedByte();
      int minor = data.readUnsignedByte();
      if (!Arrays.equals(magic, MAGIC) || version < 1 || version > 3 || minor != 0) {
        throw new CorruptDataException(file + ": is no .npy file of format 1.0 to 3.0" + MEND);
      }
      long size =
          version == 1
              ? Short.toUnsignedInt(Short.reverseBytes(data.readShort()))
              : Integer.toUnsignedLong(Integer.reverseBytes(data.readInt()));
      if (size > MAX_LENGTH) {
        throw new CorruptDataException(
            "%s: its header says to be %d bytes long (must be at most %d)%s"
                .formatted(file, size, MAX_LENGTH, MEND));
      }
      byte[] text = new byte[(int) size];
      data.readFully(text);
      int start = MAGIC.length + 2 + (version == 1 ? Short.BYTES : Integer.BYTES);
      NpyHeader header =
          parsed(file, new String(text, StandardCharsets.UTF_8), start + text.length);
      header.checkSize(file, fileBytes);
      return header;
    } catch (EOFException e) {
      throw new CorruptDataException(file + ": ends inside its header; copy it again", e);
    }
  }

  private void checkSize(String file, long fileBytes) {
    long expected;
    try {
      expected = fileBytes();
    } catch (ArithmeticException e) {
      throw new CorruptDataException(
          "%s: its header speaks of %d x %d values".formatted(file, rows, width), e);
    }
    if (fileBytes != expected) {
      throw new CorruptDataException(
          "%s: has %,d bytes, its header speaks of %,d; copy it again"
              .formatted(file, fileBytes, expected));
    }
  }

  private static NpyHeader parsed(String file, String text, int length) {
    Map<String, Object> fields = new TreeMap<>();
    try {
      fields.putAll(new PythonDict(text).read());
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(
          "%s: its header cannot be read: %s%s".formatted(file, e.getMessage(), MEND), e);
    }
    boolean known =
        fields.size() == 3
            && fields.get("descr") instanceof String
            && fields.get("fortran_order") instanceof Boolean
            && fields.get("shape") instanceof long[];
    if (!known) {
      throw new CorruptDataException(
          "%s: its header has the fields %s (must have descr, fortran_order and shape)%s"
              .formatted(file, fields.keySet(), MEND));
    }
    long[] shape = (long[]) fields.get("shape");
    if (shape.length != 2 || shape[1] > Integer.MAX_VALUE / Double.BYTES) {
      throw new CorruptDataException(
          "%s: shape %s (must be rows x width)%s".formatted(file, Arrays.toString(shape), MEND));
    }
    if ((Boolean) fields.get("fortran_order") && shape[0] > 1 && shape[1] > 1) {
      throw new CorruptDataException(
          file + ": columns come first (Fortran order); save numpy.ascontiguousarray(x)");
    }
    String descr = (String) fields.get("descr");
    boolean bigEndian = descr.startsWith(">");
    return new NpyHeader(type(file, descr), bigEndian, shape[0], (int) shape[1], length);
  }

  private static Type type(String file, String descr) {
    return switch (descr.isEmpty() ? "" : descr.substring(1)) {
      case "f2" -> Type.FLOAT16;
      case "f4" -> Type.FLOAT32;
      case "f8" -> Type.FLOAT64;
      default ->
          throw new CorruptDataException(
              "%s: values of type '%s' (must be f2, f4 or f8)%s".formatted(file, descr, MEND));
    };
  }
}
