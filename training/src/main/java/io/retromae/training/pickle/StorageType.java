package io.retromae.training.pickle;

import io.retromae.training.safetensors.TensorData;
import java.util.Arrays;
import java.util.Optional;

/** PyTorch's typed storages. */
enum StorageType {
  FLOAT("FloatStorage", "F32"),
  HALF("HalfStorage", "F16"),
  BFLOAT16("BFloat16Storage", "BF16"),
  DOUBLE("DoubleStorage", "F64"),
  LONG("LongStorage", "I64"),
  INT("IntStorage", "I32"),
  SHORT("ShortStorage", "I16"),
  CHAR("CharStorage", "I8"),
  BYTE("ByteStorage", "U8"),
  BOOL("BoolStorage", "BOOL");

  private final String className;
  private final String dtype;

  StorageType(String className, String dtype) {
    this.className = className;
    this.dtype = dtype;
  }

  static Optional<StorageType> named(String className) {
    return Arrays.stream(values()).filter(type -> type.className.equals(className)).findFirst();
  }

  /** The type's name in safetensors. */
  String dtype() {
    return dtype;
  }

  /** Bytes of a value. */
  int width() {
    return TensorData.width(dtype);
  }
}
