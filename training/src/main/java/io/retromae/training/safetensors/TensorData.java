package io.retromae.training.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * One tensor's values outside the engine.
 *
 * @param dtype safetensors name: F32, F64, F16, BF16, I64, I32, I16, I8, U8 or BOOL
 * @param shape dimensions, empty for a scalar
 * @param bytes little-endian, row-major, position 0 to limit; not copied
 */
public record TensorData(String dtype, long[] shape, ByteBuffer bytes) {
  /** Checks that size, shape and type agree. */
  public TensorData {
    bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    long expected = elements(shape) * width(dtype);
    if (bytes.remaining() != expected) {
      throw new IllegalArgumentException(
          "a %s tensor of shape %s takes %d bytes, got %d"
              .formatted(dtype, Arrays.toString(shape), expected, bytes.remaining()));
    }
  }

  /** Number of values. */
  public int size() {
    return (int) elements(shape);
  }

  /** The values as doubles, whatever the type. */
  public double[] toDoubles() {
    double[] values = new double[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (dtype) {
            case "F64" -> bytes.getDouble(8 * i);
            case "F32" -> bytes.getFloat(4 * i);
            case "F16" -> halfToFloat(bytes.getShort(2 * i));
            case "BF16" -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
            case "I64" -> bytes.getLong(8 * i);
            case "I32" -> bytes.getInt(4 * i);
            default -> bytes.get(i) & 0xff;
          };
    }
    return values;
  }

  /**
   * The same values as F32: exact for F16 and BF16, rounded for F64.
   *
   * @throws IllegalArgumentException for whole numbers, which are no weights
   */
  public TensorData toFloat32() {
    if (dtype.equals("F32")) {
      return this;
    }
    ByteBuffer floats = ByteBuffer.allocate(4 * size()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size(); i++) {
      floats.putFloat(
          4 * i,
          switch (dtype) {
            case "F64" -> (float) bytes.getDouble(8 * i);
            case "F16" -> halfToFloat(bytes.getShort(2 * i));
            case "BF16" -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
            default -> throw new IllegalArgumentException(dtype + " values are no weights");
          });
    }
    return new TensorData("F32", shape, floats);
  }

  /** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. (Java 20 has this; we run on 17.) */
  public static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >>> 10 & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) { // zero or subnormal: fraction x 2^-24
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int exponentBits = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | exponentBits << 23 | fraction << 13);
  }

  /** The place of the first value that is no finite number; for F32. */
  public OptionalInt firstNotFinite() {
    FloatBuffer floats = bytes.asFloatBuffer();
    for (int i = 0; i < floats.limit(); i++) {
      if (!Float.isFinite(floats.get(i))) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** The values as ints; for integer types. */
  public int[] toInts() {
    double[] values = toDoubles();
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = (int) values[i];
    }
    return ints;
  }

  static long elements(long[] shape) {
    long n = 1;
    for (long d : shape) {
      if (d < 0) {
        throw new IllegalArgumentException("a tensor with a dimension of " + d);
      }
      n = Math.multiplyExact(n, d);
    }
    return n;
  }

  /**
   * Bytes of a value.
   *
   * @throws IllegalArgumentException for a type that is not known
   */
  public static int width(String dtype) {
    return switch (dtype) {
      case "F64", "I64" -> 8;
      case "F32", "I32" -> 4;
      case "U8", "I8", "BOOL" -> 1;
      case "F16", "BF16", "I16" -> 2;
      default -> throw new IllegalArgumentException("unknown tensor type " + dtype);
    };
  }
}
