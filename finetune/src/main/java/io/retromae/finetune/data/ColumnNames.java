package io.retromae.finetune.data;

/**
 * Names of columns in files of plain columns.
 *
 * @param anchor of the query
 * @param positive of its positive
 * @param negative of a negative; those of more begin with it
 */
public record ColumnNames(String anchor, String positive, String negative) {
  /** As in sentence-transformers' data sets. */
  public static final ColumnNames DEFAULT = new ColumnNames("anchor", "positive", "negative");
}
