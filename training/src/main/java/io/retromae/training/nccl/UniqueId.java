package io.retromae.training.nccl;

import com.sun.jna.Structure;

/** {@code ncclUniqueId}: names a group of ranks that is about to form; rank 0 makes it. */
@Structure.FieldOrder("internal")
public class UniqueId extends Structure {
  /** {@code NCCL_UNIQUE_ID_BYTES}. */
  static final int BYTES = 128;

  /** All of it; public because JNA sets it. */
  public byte[] internal = new byte[BYTES];

  /** As an argument that C takes by value. */
  public static final class ByValue extends UniqueId implements Structure.ByValue {
    /** For JNA. */
    public ByValue() {}

    ByValue(byte[] bytes) {
      System.arraycopy(bytes, 0, internal, 0, BYTES);
    }
  }
}
