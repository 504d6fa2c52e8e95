package io.retromae.core.shard;

import java.io.Serializable;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * One column of a {@link ColumnTable}; every row has a value.
 *
 * @param name unique in its table
 * @param kind what its values are
 */
public record Column(String name, Kind kind) implements Serializable {

  /** What a column holds. */
  public enum Kind {
    /** Texts, mostly different. */
    TEXT,
    /** Texts of which few are different, such as names of sources; stored once each. */
    LABEL,
    /** Byte strings. */
    BYTES,
    /** 64-bit integers. */
    INT64,
    /** 32-bit integers. */
    INT32
  }

  /** A column of texts. */
  public static Column text(String name) {
    return new Column(name, Kind.TEXT);
  }

  /** A column of texts of which few are different. */
  public static Column label(String name) {
    return new Column(name, Kind.LABEL);
  }

  /** A column of byte strings. */
  public static Column bytes(String name) {
    return new Column(name, Kind.BYTES);
  }

  /** A column of 64-bit integers. */
  public static Column int64(String name) {
    return new Column(name, Kind.INT64);
  }

  /** A column of 32-bit integers. */
  public static Column int32(String name) {
    return new Column(name, Kind.INT32);
  }

  /** Whether a dictionary of the values pays. */
  boolean repeats() {
    return kind == Kind.LABEL || kind == Kind.INT32;
  }

  PrimitiveType type() {
    return switch (kind) {
      case TEXT, LABEL ->
          Types.required(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named(name);
      case BYTES -> Types.required(PrimitiveTypeName.BINARY).named(name);
      case INT64 -> Types.required(PrimitiveTypeName.INT64).named(name);
      case INT32 -> Types.required(PrimitiveTypeName.INT32).named(name);
    };
  }
}
