package io.retromae.core.shard;

import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/**
 * Parquet's column readers want a converter for whole records; here none are made, values are taken
 * from the columns.
 */
public final class NoRecords extends GroupConverter {
  private final GroupType type;

  /** Makes none of records of this type. */
  public NoRecords(GroupType type) {
    this.type = type;
  }

  @Override
  public Converter getConverter(int fieldIndex) {
    Type field = type.getType(fieldIndex);
    return field.isPrimitive() ? new PrimitiveConverter() {} : new NoRecords(field.asGroupType());
  }

  @Override
  public void start() {
    // no record is made
  }

  @Override
  public void end() {
    // no record is made
  }
}
