package io.retromae.embed.job.texts;

import org.apache.spark.Partitioner;

/** Sends numbers of texts, {@code Integer}s from 0, to the partition of the part they lie in. */
public final class ByPart extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final long rowsPerPart;
  private final int parts;

  /** For the parts of a set. */
  public ByPart(StoredTexts texts) {
    this.rowsPerPart = texts.rowsPerPart();
    this.parts = texts.parts();
  }

  @Override
  public int numPartitions() {
    return parts;
  }

  @Override
  public int getPartition(Object number) {
    return (int) ((Integer) number / rowsPerPart);
  }
}
